/// The rules of a limiter, checked, and the windows that they mean for a descriptor.
package struct RuleSet: Sendable {
    private let entries: [RuleEntry]
    /// Which of them apply to what.
    private var applications: RuleApplications
    /// How many sets the limiter had before.
    private(set) var edition = 0
    /// The part whose value all windows of a decision carry between the braces of their keys.
    package let shared: Descriptor.Part
    /// The parts that any rule needs for its key.
    private let needed: [Descriptor.Part]

    package var names: [String] { entries.map(\.rule.name) }
    var rules: [Rule] { entries.map(\.rule) }

    package static let most = 16
    static let nameLengths = 1...24

    package init(_ rules: [Rule]) throws(WeirError) {
        guard !rules.isEmpty else { throw WeirError(.invalidRule, "a limiter needs at least one rule") }
        guard rules.count <= Self.most else {
            throw WeirError(.invalidRule, "a limiter has at most \(Self.most) rules, these are \(rules.count)")
        }
        var entries: [RuleEntry] = []
        var names: Set<String> = []
        for rule in rules {
            guard names.insert(rule.name).inserted else {
                throw WeirError(.invalidRule, "two rules are named '\(rule.name)'; a name stands for one count")
            }
            entries.append(try Self.check(rule))
        }
        shared = try Self.sharedPart(of: rules)
        needed = Array(Set(rules.flatMap(\.scope) + [shared]))
        for index in entries.indices { entries[index].pool = Self.pool(of: entries[index], in: entries, shared) }
        self.entries = entries
        applications = RuleApplications(of: entries, counters: [])
    }

    /// The entry that another tells a part of.
    ///
    /// It has one limit for the owner as a whole; the other only counts, over the same time, by the owner and one part more.
    private static func pool(of entry: RuleEntry, in entries: [RuleEntry], _ shared: Descriptor.Part) -> Int? {
        guard case .observed = entry.rule.allowance, entry.rule.scope.count == 2, entry.rule.scope.contains(shared)
        else { return nil }
        return entries.firstIndex { pool in
            guard case .limit = pool.rule.allowance else { return false }
            return pool.rule.scope == [shared] && pool.otherwise?.with(limit: nil) == entry.otherwise
        }
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

    /// The same rules as the successor of others.
    func succeeding(_ former: RuleSet) -> RuleSet {
        var successor = self
        successor.edition = former.edition + 1
        return successor
    }

    /// The same rules, whose decisions an observer counts.
    func counted(by observer: DecisionObserver?) -> RuleSet {
        guard let observer else { return self }
        var counted = self
        counted.applications = RuleApplications(of: entries, counters: observer.counters(of: names))
        return counted
    }

    /// The rules that apply to a descriptor, and the window of each.
    func subject(of descriptor: Descriptor, keys: KeyScheme) throws(WeirError) -> Subject {
        try requireParts(of: descriptor)
        let applying = applications[descriptor]
        var keys = DescriptorKeys(of: descriptor, sharing: shared, keys)
        let windows = applying.all.map { application in
            let rule = entries[application.entry].rule
            let pool = application.pool.map { Window.Pool(place: $0, index: keys.index(under: rule)) }
            return Window(key: keys.window(under: rule), terms: application.terms, pool: pool)
        }
        return Subject(
            applying.rules,
            windows: windows,
            limits: HashedKey(keys.limits),
            slot: keys.slot,
            edition: edition
        )
    }

    /// Refuses a descriptor that lacks what a rule needs for its key.
    private func requireParts(of descriptor: Descriptor) throws(WeirError) {
        // Rule by rule takes longer, and is to say which one needs it.
        guard !needed.allSatisfy({ descriptor.has($0) }) else { return }
        for entry in entries { try entry.rule.require(entry.rule.scope + [shared], of: descriptor) }
    }

    /// The key of what operators have set for the owner of a descriptor's windows.
    package func limitsKey(for descriptor: Descriptor, keys: KeyScheme) -> [UInt8] {
        var keys = DescriptorKeys(of: descriptor, sharing: shared, keys)
        return keys.limits
    }

    private func entry(named name: String) throws(WeirError) -> RuleEntry {
        if let entry = entries.first(where: { $0.rule.name == name }) { return entry }
        let known = names.joined(separator: ", ")
        throw WeirError(.invalidRule, "there is no rule '\(name)'; the rules are \(known)")
    }

    /// The rule of a name.
    package func rule(named name: String) throws(WeirError) -> Rule { try entry(named: name).rule }

    /// The window that a subject has under a rule.
    ///
    /// The descriptor needs the parts that the rule counts by and the one that all rules share, and no others.
    package func window(
        under name: String,
        for descriptor: Descriptor,
        keys: KeyScheme
    ) throws(WeirError) -> Window {
        let entry = try entry(named: name)
        try entry.rule.require(entry.rule.scope + [shared], of: descriptor)
        guard let terms = entry.terms(for: descriptor[.endpoint]) else {
            throw WeirError(.invalidDescriptor, "rule '\(name)' does not apply to the endpoint of the descriptor")
        }
        var keys = DescriptorKeys(of: descriptor, sharing: shared, keys)
        return Window(key: keys.window(under: entry.rule), terms: terms)
    }

    /// A rule by the owner alone and the question for its window and the parts that another rule counts by `part`.
    package func poolQuery(
        of owner: Descriptor,
        by part: Descriptor.Part,
        keys: KeyScheme
    ) throws(WeirError) -> (rule: Rule, query: PoolQuery) {
        for entry in entries where Set(entry.rule.scope) == [shared, part] {
            guard let pool = entry.pool.map({ entries[$0].rule }), owner[shared] != nil else { continue }
            let window = try window(under: pool.name, for: owner, keys: keys)
            var keys = DescriptorKeys(of: owner, sharing: shared, keys)
            return (pool, PoolQuery(window: window, limits: keys.limits, index: keys.index(under: entry.rule)))
        }
        throw WeirError(
            .invalidRule,
            "no rule tells the parts by \(part.rawValue): declare one with a limit by the owner alone, and one that"
                + " observes it and the \(part.rawValue), with the same window and slices"
        )
    }

    // MARK: Checks

    private static func check(_ rule: Rule) throws(WeirError) -> RuleEntry {
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
        if let policy = rule.whenUnavailable { try check(policy, of: rule) }
        switch rule.allowance {
        case .limit(let limit):
            return RuleEntry(rule: rule, byEndpoint: [:], otherwise: try terms(limit, rule, for: nil))
        case .observed(let window):
            let period = try period(window, rule, for: nil)
            let terms = Terms(limit: nil, period: period, slices: rule.slices)
            return RuleEntry(rule: rule, byEndpoint: [:], otherwise: terms)
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
            return RuleEntry(rule: rule, byEndpoint: byEndpoint, otherwise: rest)
        }
    }

    private static func check(_ policy: FailurePolicy, of rule: Rule) throws(WeirError) {
        if let complaint = policy.complaint {
            throw WeirError(.invalidRule, "rule '\(rule.name)' decides without Redis by \(complaint)")
        }
        guard policy != .deny || !rule.allowance.isObserved else {
            throw WeirError(
                .invalidRule,
                "rule '\(rule.name)' only counts and never refuses, so .deny is nothing to it;"
                    + " with .fail, acquire throws when Redis is unavailable"
            )
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

extension Rule {
    fileprivate func require(_ parts: [Descriptor.Part], of descriptor: Descriptor) throws(WeirError) {
        for part in parts where !descriptor.has(part) {
            throw WeirError(
                .invalidDescriptor,
                "the descriptor has no \(part.rawValue), which rule '\(name)' needs for its key"
            )
        }
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
