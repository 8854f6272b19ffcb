/// The rules of a limiter, checked, and the windows that they mean for a descriptor.
package struct RuleSet: Sendable {
    /// A rule with the terms that it can lead to.
    private struct Entry: Sendable {
        let rule: Rule
        let byEndpoint: [Descriptor.Value: Terms]
        let otherwise: Terms?
    }

    private let entries: [Entry]
    /// The part whose value all windows of a decision carry between the braces of their keys.
    package let shared: Descriptor.Part

    package var names: [String] { entries.map(\.rule.name) }

    package static let most = 16
    private static let nameLengths = 1...24

    package init(_ rules: [Rule]) throws(WeirError) {
        guard !rules.isEmpty else { throw WeirError(.invalidRule, "a limiter needs at least one rule") }
        guard rules.count <= Self.most else {
            throw WeirError(.invalidRule, "a limiter has at most \(Self.most) rules, these are \(rules.count)")
        }
        var entries: [Entry] = []
        var names: Set<String> = []
        for rule in rules {
            guard names.insert(rule.name).inserted else {
                throw WeirError(.invalidRule, "two rules are named '\(rule.name)'; a name stands for one count")
            }
            entries.append(try Self.check(rule))
        }
        self.entries = entries
        shared = try Self.sharedPart(of: rules)
    }

    /// The part under which every rule's windows can be kept: the rule counts by it, or by something that belongs to it.
    ///
    /// Otherwise the windows of one decision would lie in different places, or one count would be split by a part that
    /// its rule does not count by.
    private static func sharedPart(of rules: [Rule]) throws(WeirError) -> Descriptor.Part {
        let scopes = Set(rules.flatMap(\.scope))
        for part in [Descriptor.Part.group, .user, .application, .token, .endpoint] where scopes.contains(part) {
            let owned = part.owned.union([part])
            if rules.allSatisfy({ !owned.isDisjoint(with: $0.scope) }) { return part }
        }
        let names = rules.map { "'\($0.name)' by \($0.scope.map(\.rawValue).joined(separator: " and "))" }
        throw WeirError(
            .invalidRule,
            "the rules \(names.joined(separator: ", ")) have no part in common under which one decision could be kept;"
                + " tokens, users and applications belong to a group, tokens to a user or an application;"
                + " make a limiter of its own for the rules that count by something else"
        )
    }

    /// The rule and its window for each rule that applies to the descriptor.
    package func windows(
        for descriptor: Descriptor,
        keys: KeyScheme
    ) throws(WeirError) -> [(rule: Rule, window: Window)] {
        var windows: [(rule: Rule, window: Window)] = []
        for entry in entries {
            for part in entry.rule.scope + [shared] where descriptor[part] == nil {
                throw WeirError(
                    .invalidDescriptor,
                    "the descriptor has no \(part.rawValue), which rule '\(entry.rule.name)' needs for its key"
                )
            }
            let own = descriptor[.endpoint].flatMap { entry.byEndpoint[$0] }
            guard let terms = own ?? entry.otherwise else { continue }
            let key = keys.key(
                rule: entry.rule.name,
                scope: entry.rule.scope,
                shared: shared,
                descriptor: descriptor
            )
            windows.append((entry.rule, Window(key: key, terms: terms)))
        }
        return windows
    }

    // MARK: Checks

    private static func check(_ rule: Rule) throws(WeirError) -> Entry {
        guard PlainName.isValid(rule.name, lengths: nameLengths) else {
            throw WeirError(
                .invalidRule,
                "the rule name '\(rule.name.prefix(40))' is not \(nameLengths.lowerBound) to"
                    + " \(nameLengths.upperBound) of \(PlainName.characters)"
            )
        }
        guard !rule.scope.isEmpty else {
            let advice = "say what it counts by, such as per: .token"
            throw WeirError(.invalidRule, "rule '\(rule.name)' has no scope; \(advice)")
        }
        guard Set(rule.scope).count == rule.scope.count else {
            throw WeirError(.invalidRule, "rule '\(rule.name)' names a part of its scope twice")
        }
        guard Terms.slices.contains(rule.slices) else {
            throw WeirError(.invalidRule, "rule '\(rule.name)' has \(rule.slices) slices; 1 to 1024 are possible")
        }
        if let share = rule.warnAt, !(share > 0 && share <= 1) {
            throw WeirError(.invalidRule, "rule '\(rule.name)' warns at \(share); a share is above 0 and at most 1")
        }
        switch rule.allowance {
        case .limit(let limit):
            return Entry(rule: rule, byEndpoint: [:], otherwise: try terms(limit, rule, for: nil))
        case .observed(let window):
            let period = try period(window, rule, for: nil)
            let terms = Terms(limit: nil, period: period, slices: rule.slices)
            return Entry(rule: rule, byEndpoint: [:], otherwise: terms)
        case .byEndpoint(let limits, let otherwise):
            guard rule.scope.contains(.endpoint) else {
                throw WeirError(
                    .invalidRule,
                    "rule '\(rule.name)' has limits by endpoint but does not count by it; add .endpoint to its scope"
                )
            }
            guard !limits.isEmpty || otherwise != nil else {
                throw WeirError(.invalidRule, "rule '\(rule.name)' has no limit at all")
            }
            var byEndpoint: [Descriptor.Value: Terms] = [:]
            for (endpoint, limit) in limits {
                byEndpoint[Descriptor.Value(endpoint)] = try terms(limit, rule, for: endpoint)
            }
            var rest: Terms?
            if let otherwise { rest = try terms(otherwise, rule, for: "other endpoints") }
            return Entry(rule: rule, byEndpoint: byEndpoint, otherwise: rest)
        }
    }

    private static func terms(_ limit: Limit, _ rule: Rule, for endpoint: String?) throws(WeirError) -> Terms {
        guard Terms.limits.contains(limit.count) else {
            throw WeirError(
                .invalidRule,
                "rule '\(rule.name)' has the limit \(limit.count)\(suffix(endpoint)); 1 to 2147483648 are possible"
            )
        }
        return Terms(limit: limit.count, period: try period(limit.window, rule, for: endpoint), slices: rule.slices)
    }

    private static func period(_ window: Duration, _ rule: Rule, for endpoint: String?) throws(WeirError) -> Int {
        guard let period = window.wholeMicroseconds, Terms.periods.contains(period) else {
            throw WeirError(
                .invalidRule,
                "rule '\(rule.name)' has a window of \(window)\(suffix(endpoint));"
                    + " whole microseconds from 1 millisecond to 366 days are possible"
            )
        }
        return period
    }

    private static func suffix(_ endpoint: String?) -> String {
        endpoint.map { " for '\($0)'" } ?? ""
    }
}

extension Descriptor.Part {
    /// What belongs to one of these and to no other.
    fileprivate var owned: Set<Descriptor.Part> {
        switch self {
        case .group: [.token, .user, .application]
        case .user, .application: [.token]
        case .token, .endpoint: []
        }
    }
}
