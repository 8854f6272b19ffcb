/// Where the windows of a decision stand: after it if it was allowed, untouched by it if it was denied.
public struct Usage: Sendable, Hashable {
    /// Who decided.
    public enum Source: String, Sendable, Hashable {
        /// The shared count in Redis.
        case redis
        /// An in-memory store of this process.
        case memory
    }

    /// One entry for each rule that applies, in the order of the rules.
    public let rules: [RuleUsage]
    /// The units that this decision charged, to every window alike; zero if it was denied.
    public let charged: Int
    /// The time of the decision since the epoch, on the clock of whoever decided.
    public let time: Duration
    /// Who decided.
    public let source: Source

    /// The usage under the rule of this name, or nil if that rule does not apply.
    public subscript(rule: String) -> RuleUsage? { rules.first { $0.rule == rule } }

    /// The rule that leaves least: of the rules with a limit, the one with the fewest units remaining.
    ///
    /// Among equals it is the one that resets last. Nil if no rule has a limit.
    public var tightest: RuleUsage? {
        rules.filter { $0.limit != nil }.min { left, right in
            (left.remaining ?? .max, right.reset) < (right.remaining ?? .max, left.reset)
        }
    }

    /// Whether any rule is near its limit, by its own ``Rule/warnAt``.
    public var isNearLimit: Bool { rules.contains(where: \.isNearLimit) }
}

/// Where one window stands.
public struct RuleUsage: Sendable, Hashable {
    /// The rule's name.
    public let rule: String
    /// The length of the window.
    public let window: Duration
    /// The resolution: what was admitted in one slice leaves the window together.
    public let slice: Duration
    /// The units admitted in any window; nil if the rule only counts.
    public let limit: Int?
    /// The units that count now.
    ///
    /// Above the limit only if the limit has been lowered.
    public let used: Int
    /// The time until the oldest counted units leave; zero if nothing is counted.
    public let reset: Duration
    /// Whether `used` has reached the share of the limit at which the rule warns.
    public let isNearLimit: Bool

    /// The units left, `limit - used` and never below zero; nil if the rule only counts.
    public var remaining: Int? { limit.map { max(0, $0 - used) } }

    init(rule: Rule, terms: Terms, used: Int, reset: Int) {
        self.rule = rule.name
        window = .microseconds(terms.period)
        slice = .microseconds(terms.slice)
        limit = terms.limit
        self.used = used
        self.reset = .microseconds(reset)
        if let share = rule.warnAt, let limit = terms.limit {
            isNearLimit = Double(used) >= share * Double(limit)
        } else {
            isNearLimit = false
        }
    }
}
