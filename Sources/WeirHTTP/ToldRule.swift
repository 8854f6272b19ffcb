internal import Weir
internal import WeirFields

/// A rule with a limit, as a client is told of it.
struct ToldRule {
    let name: String
    let report: LimitReport
    /// Whether it refused.
    let isViolated: Bool
    /// Units left for a smaller cost, of which a refused client is not told.
    private let remaining: Int

    /// Nil if the rule only counts.
    init?(_ usage: RuleUsage, _ partitionKey: [UInt8]?) {
        guard let limit = usage.limit, let remaining = usage.remaining else { return nil }
        self.init(usage, limit: limit, remaining: remaining, told: remaining, reset: usage.reset, partitionKey)
    }

    /// A rule that refused: it leaves nothing, even if a smaller cost would still fit, until the wait is over.
    ///
    /// Nil if the rule only counts.
    init?(refusing usage: RuleUsage, for wait: Duration, _ partitionKey: [UInt8]?) {
        guard let limit = usage.limit, let remaining = usage.remaining else { return nil }
        self.init(usage, limit: limit, remaining: remaining, told: 0, reset: wait, isViolated: true, partitionKey)
    }

    /// A rule as an example tells it; nil if the report lacks its name or the units left.
    init?(_ report: LimitReport, isViolated: Bool) {
        guard let name = report.name, let remaining = report.remaining else { return nil }
        self.name = name
        self.report = report
        self.isViolated = isViolated
        self.remaining = remaining
    }

    private init(
        _ usage: RuleUsage,
        limit: Int,
        remaining: Int,
        told: Int,
        reset: Duration,
        isViolated: Bool = false,
        _ partitionKey: [UInt8]?
    ) {
        name = usage.rule
        self.isViolated = isViolated
        self.remaining = remaining
        report = LimitReport(
            name: usage.rule,
            limit: limit,
            remaining: told,
            reset: reset,
            window: usage.window,
            partitionKey: partitionKey
        )
    }

    /// The one to tell where there is room for one: of those that refused, or else of all, the one that leaves least; among
    /// equals the one that resets last.
    static func one(of rules: [ToldRule]) -> ToldRule? {
        let violated = rules.filter(\.isViolated)
        return (violated.isEmpty ? rules : violated).min { left, right in
            (left.remaining, right.report.reset ?? .zero) < (right.remaining, left.report.reset ?? .zero)
        }
    }
}
