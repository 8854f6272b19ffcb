internal import Hiredis

/// A `redis-server` that is a node of a cluster.
struct ClusterMember: Sendable {
    /// That of the node, which it keeps over restarts.
    let id: String
    /// Where it is for everybody, with the password if there is one.
    let address: RedisAddress
    let redis: PrivateRedis

    /// Its unix socket, which speaks no TLS.
    var administration: RedisAddress {
        RedisAddress(endpoint: .unix(path: redis.socket), password: address.password)
    }

    var isRunning: Bool { redis.processIdentifier != nil }
    var host: String { PrivateCluster.host }
    var port: Int {
        guard case .tcp(_, let port) = address.endpoint else { return 0 }
        return port
    }
}
