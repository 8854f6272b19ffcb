internal import Hiredis
internal import LocalServers
internal import StressHistory

/// The servers behind an address that take writes: one Redis, the primary that Sentinels name, or those of a cluster.
///
/// Its functions wait for the servers: call them from a thread that may block.
struct DataServers: Sendable {
    let location: RedisLocation

    init(url: String) throws { location = try RedisLocation(url: url) }

    /// Where they are now.
    func addresses() throws -> [RedisAddress] {
        switch location {
        case .server(let address): return [address]
        case .sentinels(let set):
            return [try SentinelLocator(set, options: ConnectionOptions()).locate(before: .now + .seconds(5))]
        case .cluster(let seeds): return try Self.primaries(of: seeds)
        }
    }

    /// Asks each of them.
    func ask<Answer>(_ body: (BlockingConnection) throws -> Answer) throws -> [Answer] {
        try addresses().map { try body(BlockingConnection(address: $0)) }
    }

    /// The primaries that have slots, as the first of the servers that answers sees them.
    private static func primaries(of seeds: [RedisAddress]) throws -> [RedisAddress] {
        var reasons: [String] = []
        for seed in seeds {
            do throws(RedisError) {
                let reply = try BlockingConnection(address: seed).reply(to: Command("CLUSTER", "NODES"))
                let nodes = reply.string.flatMap { ClusterNode.all(in: $0) } ?? []
                let primaries = nodes.filter { $0.isPrimary && !$0.slots.isEmpty }
                if !primaries.isEmpty { return primaries.map { address(of: $0, knownBy: seed) } }
                reasons.append("\(seed) knows of no primary with slots")
            } catch {
                reasons.append("\(seed): \(error.message)")
            }
        }
        throw HistoryError("no server of the cluster tells where its primaries are: \(reasons.joined(separator: "; "))")
    }

    private static func address(of node: ClusterNode, knownBy seed: RedisAddress) -> RedisAddress {
        var address = seed
        // A server that was never told its own address leaves it out.
        if case .tcp(let host, let port) = node.address.endpoint, case .tcp(let own, _) = seed.endpoint {
            address.endpoint = .tcp(host: host.isEmpty ? own : host, port: port)
        }
        return address
    }
}
