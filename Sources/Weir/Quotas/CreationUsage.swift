/// Where a creation quota stands: after the call if it was admitted, untouched by it if it was refused.
public struct CreationUsage: Sendable, Hashable {
    /// The objects that this call counted; zero if it was refused or a peek.
    ///
    /// Below zero for a release: minus the objects that it gave back. If ``isRepeated``, what the first call counted.
    public let charged: Int
    /// The objects that count now.
    ///
    /// Above the limit only if the limit has been lowered.
    public let used: Int
    /// The objects that may exist now, with what has grown; zero if an operator has blocked the user.
    public let limit: Int
    /// The time since the epoch when the hard limit was first reached; nil if it never was.
    public let reached: Duration?
    /// The time since the epoch when the limit grows next.
    ///
    /// Nil if the hard limit was never reached, if it does not grow, or if an operator has blocked the user.
    public let nextGrowth: Duration?
    /// The time of the decision since the epoch, on the clock of whoever decided.
    public let time: Duration
    /// Whether this operation had been done before, so that nothing was counted again.
    public let isRepeated: Bool
    /// How many replicas have it; nil if none were asked for.
    public let replication: Replication?

    /// The objects left, `limit - used` and never below zero.
    public var remaining: Int { max(0, limit - used) }

    package init(_ verdict: CreationVerdict, replication: Replication? = nil) {
        charged = verdict.charged
        used = verdict.used
        limit = verdict.limit
        reached = verdict.reached.map { .microseconds($0) }
        nextGrowth = verdict.nextGrowth.map { .microseconds($0) }
        time = .microseconds(verdict.time)
        self.replication = replication
        isRepeated = verdict.status == .repeated
    }
}
