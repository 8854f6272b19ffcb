/// How many sites a group has registered, and how many it may.
public struct SiteUsage: Sendable, Hashable {
    /// The different sites that are registered.
    public let count: Int
    /// The most that may be; below ``count`` if it was lowered, which removes none.
    public let quota: Int
    /// How many new sites there is room for.
    public var remaining: Int { max(0, quota - count) }

    /// How many replicas have it; nil if none were asked for.
    public let replication: Replication?

    package init(count: Int, quota: Int, replication: Replication? = nil) {
        self.replication = replication
        self.count = count
        self.quota = quota
    }
}
