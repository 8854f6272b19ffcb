/// Where one window stands.
public struct RuleUsage: Sendable, Hashable {
    /// The rule's name.
    public let rule: String
    /// The length of the window.
    public let window: Duration
    /// The resolution: what was admitted in one slice leaves the window together.
    public let slice: Duration
    /// The units admitted in any window, the rule's own or what an operator has set; nil if the rule only counts.
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

    init(rule: Rule, limit: Int?, pace: Pace, used: Int, reset: Int) {
        self.rule = rule.name
        window = .microseconds(pace.period)
        slice = .microseconds(pace.slice)
        self.limit = limit
        self.used = used
        self.reset = .microseconds(reset)
        if let share = rule.warnAt, let limit {
            isNearLimit = Double(used) >= share * Double(limit)
        } else {
            isNearLimit = false
        }
    }
}
