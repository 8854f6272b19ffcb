/// What a change of a limiter's rules does to the counts.
public struct RulesChange: Sendable, Hashable {
    /// Whether all counts start anew, because another part of the descriptor owns them now.
    ///
    /// So it is when the first rule by group comes, or the last one goes: counts are kept under the group, else under the
    /// user, the application, the token or the endpoint.
    public let movesCounts: Bool
    /// The rules, by name, that were there before and whose counts start at zero all the same.
    ///
    /// They count by other parts than before, or all counts move. A changed limit or window, other slices, another
    /// ``Rule/warnAt`` or policy keep the usage.
    public let restarted: [String]

    init(from old: RuleSet, to new: RuleSet) {
        let movesCounts = old.shared != new.shared
        let scopes = Dictionary(uniqueKeysWithValues: old.rules.map { ($0.name, Set($0.scope).union([old.shared])) })
        restarted = new.rules.compactMap { rule in
            guard let scope = scopes[rule.name] else { return nil }
            return movesCounts || scope != Set(rule.scope).union([new.shared]) ? rule.name : nil
        }
        self.movesCounts = movesCounts
    }
}
