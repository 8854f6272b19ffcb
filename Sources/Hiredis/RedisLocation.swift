/// Where the data is, read from a URL: on one server, on the primary that Sentinels name, or on the primaries of a cluster.
///
/// Beside what ``RedisAddress`` and ``SentinelSet`` read, `redis+cluster://[[user]:password@]host[:port],host[:port]…`, the
/// same with `rediss+cluster://` for TLS. The port is 6379 unless given; a few servers of the cluster are enough.
package enum RedisLocation: Sendable, Equatable, CustomStringConvertible {
    case server(RedisAddress)
    case sentinels(SentinelSet)
    /// Servers of the cluster to begin with.
    case cluster([RedisAddress])

    package init(url: String) throws(InvalidAddress) {
        let parts = try AddressParts(url: url)
        switch parts.scheme {
        case .redis, .rediss, .unix: self = .server(try RedisAddress(parts))
        case .sentinel, .encryptedSentinel: self = .sentinels(try SentinelSet(parts))
        case .cluster, .encryptedCluster: self = .cluster(try Self.seeds(parts))
        }
    }

    private static func seeds(_ parts: AddressParts) throws(InvalidAddress) -> [RedisAddress] {
        let sections = parts.rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let database = sections.count == 2 ? try RedisAddress.database(sections[1]) : 0
        guard database == 0 else {
            throw InvalidAddress("a cluster has database 0 only; leave the number out")
        }
        return try parts.servers(in: sections[0], port: 6379).map { endpoint in
            RedisAddress(
                endpoint: endpoint,
                isEncrypted: parts.scheme.isEncrypted,
                user: parts.user,
                password: parts.password
            )
        }
    }

    /// The URL without users and passwords.
    package var description: String {
        switch self {
        case .server(let address): return address.description
        case .sentinels(let sentinels): return sentinels.description
        case .cluster(let seeds):
            let isEncrypted = seeds.contains { $0.isEncrypted }
            let hosts = seeds.map(\.endpoint.description).joined(separator: ",")
            return "redis\(isEncrypted ? "s" : "")+cluster://\(hosts)"
        }
    }
}
