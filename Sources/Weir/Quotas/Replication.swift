/// How many replicas a change had reached when it was reported.
public struct Replication: Sendable, Hashable {
    /// The replicas that were asked for.
    public let asked: Int
    /// The replicas that had acknowledged it; nil if nobody knows, because the connection was lost meanwhile.
    public let acknowledged: Int?

    /// Whether as many have it as were asked for.
    public var isReached: Bool { acknowledged.map { $0 >= asked } ?? false }

    package init(asked: Int, acknowledged: Int?) {
        self.asked = asked
        self.acknowledged = acknowledged
    }
}
