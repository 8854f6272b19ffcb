/// What there is for one server of a cluster, as whoever uses the cluster wants to have it.
package protocol ClusterServer: Sendable {
    var client: RedisClient { get }
}

extension RedisClient: ClusterServer {
    package var client: RedisClient { self }
}
