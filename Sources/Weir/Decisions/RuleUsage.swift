/// Where one window stands.
public struct RuleUsage: Sendable, Hashable {
    /// The rule's name.
    public let rule: String
    /// The length of the window.
    public var window: Duration { .microseconds(pace.period) }
    /// The resolution: what was admitted in one slice leaves the window together.
    public var slice: Duration { .microseconds(pace.slice) }
    /// The units admitted in any window, the rule's own or what an operator has set; nil if the rule only counts.
    public let limit: Int?
    /// The units that count now.
    ///
    /// Above the limit only if the limit has been lowered.
    public let used: Int
    /// The time until the oldest counted units leave; zero if nothing is counted.
    public var reset: Duration { .microseconds(resetMicroseconds) }
    /// Whether `used` has reached the share of the limit at which the rule warns.
    public let isNearLimit: Bool
    private let pace: Pace
    private var resetMicroseconds: Int

    /// The units left, `limit - used` and never below zero; nil if the rule only counts.
    public var remaining: Int? { limit.map { max(0, $0 - used) } }

    /// Whether a cost does not fit.
    func hasNoRoom(for cost: Int) -> Bool { limit.map { used + cost > $0 } ?? false }

    /// The same so many microseconds later.
    func aged(by age: Int) -> RuleUsage {
        var usage = self
        usage.resetMicroseconds = max(0, resetMicroseconds - age)
        return usage
    }

    init(rule: Rule, limit: Int?, pace: Pace, used: Int, reset: Int) {
        self.rule = rule.name
        self.pace = pace
        self.limit = limit
        self.used = used
        resetMicroseconds = reset
        if let share = rule.warnAt, let limit {
            isNearLimit = Double(used) >= share * Double(limit)
        } else {
            isNearLimit = false
        }
    }
}
