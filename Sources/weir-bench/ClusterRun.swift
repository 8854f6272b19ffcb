import Console
import Hiredis
import LocalServers
import Weir

/// Measures one Redis and clusters of one to three primaries in turn, round by round.
struct ClusterRun {
    /// A row, and where it is measured.
    private struct Place {
        let row: LimiterRow
        let url: String
        let servers: MeasuredServers
    }

    let single: PrivateRedis
    let cores: Cores
    let duration: Duration
    let rounds: Int
    let callers: Int

    private static let sizes = 1...3
    private static let single = "single"
    private static let hotGroup = "cluster/\(sizes.upperBound) hot group"

    private static func name(_ primaries: Int) -> String { "cluster/\(primaries)" }

    func run() async throws -> ClusterReport {
        var clusters: [PrivateCluster] = []
        defer {
            for cluster in clusters { cluster.stop() }
        }
        for primaries in Self.sizes {
            ProgressLine.show("starting a cluster, primaries: \(primaries)")
            clusters.append(try await start(primaries))
        }
        let places = try await places(clusters)
        let loads = try places.map { try $0.row.load($0.url) }
        for load in loads { try await load.limiter.connect() }
        let rows = zip(places, loads).map { place, load in
            BenchRow(
                name: place.row.name,
                servers: place.servers,
                prepare: { try await empty(place.servers) },
                measure: { await load.measure(for: duration) }
            )
        }
        let measurements = try await rows.measured(rounds: rounds)
        for load in loads { await load.limiter.shutdown() }
        func row(_ name: String, _ primaries: Int) -> ClusterRow {
            ClusterRow(name, primaries: primaries, measurements[name] ?? [])
        }
        return ClusterReport(
            single: row(Self.single, 1),
            clusters: Self.sizes.map { row(Self.name($0), $0) },
            oneOwner: row(Self.hotGroup, Self.sizes.upperBound)
        )
    }

    private func places(_ clusters: [PrivateCluster]) async throws -> [Place] {
        let address = try single.listenOnTCP(over: single.connection())
        var places = [
            Place(
                row: .distinct(Self.single, callers: callers),
                url: address.description,
                servers: MeasuredServers([single.address])
            )
        ]
        for (primaries, cluster) in zip(Self.sizes, clusters) {
            let addresses = try await OwnThread.run { try cluster.primaries().map(\.address) }
            let servers = MeasuredServers(addresses)
            let row = LimiterRow.distinct(Self.name(primaries), callers: callers)
            places.append(Place(row: row, url: cluster.url, servers: servers))
            if primaries == Self.sizes.upperBound {
                let row = LimiterRow.hotGroup(Self.hotGroup, callers: callers)
                places.append(Place(row: row, url: cluster.url, servers: servers))
            }
        }
        return places
    }

    private func start(_ primaries: Int) async throws -> PrivateCluster {
        var settings = ClusterSettings()
        settings.primaries = primaries
        settings.replicas = 0
        // All servers share a core: nobody is to be taken for dead because it is busy.
        settings.nodeTimeout = .seconds(5)
        return try await OwnThread.run { [settings, cores] in
            let cluster = try PrivateCluster(settings)
            for node in try cluster.nodes() {
                if let process = node.processIdentifier { cores.pinServer(process) }
            }
            return cluster
        }
    }

    private func empty(_ servers: MeasuredServers) async throws {
        try await OwnThread.run {
            for address in servers.addresses {
                _ = try BlockingConnection(address: address).reply(to: Command("FLUSHALL"))
            }
        }
    }
}
