internal import Weir

/// Where a client stands, as it is told.
struct ToldUsage {
    /// Those with a limit, in their order.
    let rules: [ToldRule]
    /// Nil if the client was not refused, or no wait is known to help.
    let retryAfter: Duration?
    /// The names of the rules that are near their limit.
    let nearLimit: [String]
    /// The time of it, since the epoch.
    let time: Duration

    init(_ usage: Usage, _ partitionKey: [UInt8]?) {
        self.init(usage, retryAfter: nil) { ToldRule($0, partitionKey) }
    }

    /// A refusal, with a delay added to all waits.
    init(_ denial: Denial, delay: Duration, _ partitionKey: [UInt8]?) {
        self.init(denial.usage, retryAfter: denial.retryAfter.map { $0 + delay }) { rule in
            guard denial.violated.contains(rule.rule) else { return ToldRule(rule, partitionKey) }
            // Nobody knows when a block without an end is lifted; a window later is soon enough to ask.
            return ToldRule(refusing: rule, for: (denial.retryAfter ?? rule.window) + delay, partitionKey)
        }
    }

    /// A standing from its parts.
    init(rules: [ToldRule], retryAfter: Duration?, nearLimit: [String], time: Duration) {
        self.rules = rules
        self.retryAfter = retryAfter
        self.nearLimit = nearLimit
        self.time = time
    }

    private init(_ usage: Usage, retryAfter: Duration?, _ told: (RuleUsage) -> ToldRule?) {
        rules = usage.rules.compactMap(told)
        self.retryAfter = retryAfter
        nearLimit = usage.rules.filter(\.isNearLimit).map(\.rule)
        time = usage.time
    }
}
