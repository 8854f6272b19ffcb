internal import Weir

/// What a new policy does to what is counted already.
struct PolicyChange {
    let old: Policy
    let new: Policy

    /// What an operator may not have meant, a sentence each: limits change as they should, but counts begin anew.
    var warnings: [String] {
        let places = (try? RuleSet(old.rules).shared, try? RuleSet(new.rules).shared)
        if let before = places.0, let after = places.1, before != after {
            let reason = "they are kept under the \(after.rawValue) now, and were under the \(before.rawValue)"
            return ["every count starts at zero: \(reason)"] + quotaWarnings
        }
        return old.rules.compactMap { warning(of: $0) } + quotaWarnings
    }

    private func warning(of rule: Rule) -> String? {
        guard let next = new.rules.first(where: { $0.name == rule.name }) else {
            return "rule '\(rule.name)' is gone, and what it counted with it; under another name it starts at zero"
        }
        guard Set(next.scope) != Set(rule.scope) else { return nil }
        let scope = next.scope.map(\.rawValue).joined(separator: " and ")
        return "rule '\(rule.name)' starts at zero: it counts by \(scope) now"
    }

    private var quotaWarnings: [String] {
        guard old.callsRule != new.callsRule else { return [] }
        let advice = "grant them again to raise '\(new.callsRule)'"
        return ["production grants that were made raise the rule '\(old.callsRule)'; \(advice)"]
    }
}
