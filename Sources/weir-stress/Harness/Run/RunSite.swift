internal import Foundation
internal import Hiredis
internal import LocalServers
internal import StressHistory

/// Where a run takes place: its Redis, the way to it, and a directory for what is recorded.
struct RunSite: Sendable {
    /// Nil if Redis was there before.
    let deployment: Deployment?
    /// Between the workers and a single Redis, if there are to be faults.
    private let proxy: FaultyProxy?
    private let goesThroughProxy: Bool
    /// Those of the faults that are possible here.
    let faults: [Fault.Kind]
    /// Redis itself.
    let url: String
    private let servers: DataServers
    let directory: URL

    /// Starts what is needed.
    ///
    /// - Parameter options: what the run is to be like.
    /// - Throws: if something cannot be had, a partition for example.
    init(_ options: StressOptions) async throws {
        let namespace = try await Self.namespace(for: options)
        let faults = options.faults.filter { $0 != .partition || namespace != nil }
        self.faults = faults
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "weir-stress-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.directory = directory
        if let redis = options.redis {
            (deployment, proxy, url, goesThroughProxy) = (nil, nil, redis, false)
            servers = DataServers(try RedisLocation(url: redis))
            return
        }
        let deployment = try await OwnThread.run { () throws -> Deployment in
            switch options.topology {
            case .single:
                let settings = faults.isEmpty ? [:] : FaultInjector.serverOptions
                return .single(try PrivateRedis(named: "weir-stress-redis", in: namespace, options: settings))
            case .cluster: return .cluster(try PrivateCluster(ClusterFaults.settings))
            case .sentinel: return .sentinels(try PrivateSentinels(SentinelFaults.settings))
            }
        }
        self.deployment = deployment
        url = deployment.url
        servers = DataServers(try RedisLocation(url: url))
        if case .single(let redis) = deployment, !faults.isEmpty {
            proxy = try await FaultyProxy(to: redis.socket, in: namespace)
        } else {
            proxy = nil
        }
        goesThroughProxy = !faults.allSatisfy { NetworkFault($0) == nil }
    }

    /// A network for Redis that can be cut off, if that is to be; nil if it need not, or cannot and may be left out.
    private static func namespace(for options: StressOptions) async throws -> NetworkNamespace? {
        guard options.faults.contains(.partition) else { return nil }
        do {
            return try await OwnThread.run { try NetworkNamespace() }
        } catch {
            guard options.leavesOutImpossibleFaults else {
                throw HistoryError("the fault partition cannot be had here: \(error)")
            }
            print("without the fault partition: \(error)")
            return nil
        }
    }

    /// Redis as the workers reach it: over the link if there is one, and then through the proxy if that has something to do.
    var workerURL: String {
        guard let proxy, goesThroughProxy else { return deployment?.workerURL ?? url }
        return proxy.url
    }

    /// The same without a password.
    var place: String { deployment?.place ?? servers.location.description }

    /// Whoever makes the faults; nil if there are to be none.
    func faultMaker(killWorker: @escaping FaultMaker.WorkerKiller) async throws -> (any FaultMaker)? {
        guard !faults.isEmpty else { return nil }
        switch deployment {
        case .single(let redis):
            return proxy.map { FaultInjector(server: redis, proxy: $0, killWorker: killWorker) }
        case .cluster(let cluster): return ClusterFaults(cluster: cluster, killWorker: killWorker)
        case .sentinels(let sentinels):
            return try await OwnThread.run { try SentinelFaults(sentinels: sentinels, killWorker: killWorker) }
        case nil: return nil
        }
    }

    /// Asks every server that takes writes something, on a thread that may block.
    func ask<Answer: Sendable>(
        _ body: @escaping @Sendable (BlockingConnection) throws -> Answer
    ) async throws -> [Answer] {
        try await OwnThread.run { [servers] in try servers.ask(body) }
    }

    /// One line of what Redis says of itself: what all say, or what each of them says.
    func info(_ section: String, _ name: String) async throws -> String {
        Set(try await ask { try $0.info(section, name) }).sorted().joined(separator: ", ")
    }

    /// What a run has left in Redis.
    func audit(prefix: String) async throws -> KeyAudit {
        KeyAudit(joining: try await ask { try KeyAudit(prefix: prefix, over: $0) })
    }

    /// Calls whose outcome is unknown are placed by the clock of those who asked, which has to be that of Redis.
    ///
    /// - Throws: ``HistoryError`` if it is not, to a millisecond.
    func checkClock() async throws {
        _ = try await ask { connection in
            let before = EpochClock.now
            let reply = try connection.reply(to: Command("TIME"))
            let after = EpochClock.now
            guard case .array(let parts) = reply, parts.count == 2, let seconds = parts[0].string.flatMap({ Int($0) }),
                let rest = parts[1].string.flatMap({ Int($0) })
            else { throw HistoryError("Redis does not tell its time") }
            let time = seconds * 1_000_000 + rest
            guard (before - 1000...after + 1000).contains(time) else {
                throw HistoryError(
                    "the clock of Redis is \((time - before) / 1000) ms off: --redis takes one on this machine, or with"
                        + " the same time to a millisecond"
                )
            }
        }
    }

    /// Ends what was started, and removes what was recorded.
    func close() async {
        await proxy?.shutdown()
        if let deployment { try? await OwnThread.run { deployment.stop() } }
        try? FileManager.default.removeItem(at: directory)
    }
}
