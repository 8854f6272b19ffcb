internal import Foundation
internal import Hiredis
internal import LocalServers
internal import StressHistory

/// Where a run takes place: its Redis, the way to it, and a directory for what is recorded.
struct RunSite: Sendable {
    /// Nil if Redis was there before.
    let server: PrivateRedis?
    /// Between the workers and Redis, if there are to be faults.
    let proxy: FaultyProxy?
    private let goesThroughProxy: Bool
    /// Those of the faults that are possible here.
    let faults: [Fault.Kind]
    /// Redis itself.
    let url: String
    let directory: URL

    /// Starts what is needed.
    ///
    /// - Parameter options: what the run is to be like.
    /// - Throws: if something cannot be had, a partition for example.
    init(_ options: StressOptions) async throws {
        let namespace = try await Self.namespace(for: options)
        faults = options.faults.filter { $0 != .partition || namespace != nil }
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "weir-stress-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.directory = directory
        if let redis = options.redis {
            (server, proxy, url, goesThroughProxy) = (nil, nil, redis, false)
            return
        }
        let settings = faults.isEmpty ? [:] : FaultInjector.serverOptions
        let server = try await OwnThread.run {
            try PrivateRedis(named: "weir-stress-redis", in: namespace, options: settings)
        }
        self.server = server
        url = server.url
        proxy = faults.isEmpty ? nil : try await FaultyProxy(to: server.socket, in: namespace)
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
        guard let proxy, goesThroughProxy else { return server?.linkURL ?? url }
        return proxy.url
    }

    /// The same without a password.
    var place: String {
        if let server { return server.namespace == nil ? "a private Redis" : "a private Redis behind a link" }
        return (try? RedisAddress(url: url)).map(String.init(describing:)) ?? "the Redis given"
    }

    /// Asks Redis something, on a thread that may block.
    func ask<Answer: Sendable>(
        _ body: @escaping @Sendable (BlockingConnection) throws -> Answer
    ) async throws -> Answer {
        let address = try RedisAddress(url: url)
        return try await OwnThread.run { try body(BlockingConnection(address: address)) }
    }

    /// One line of what Redis says of itself.
    func info(_ section: String, _ name: String) async throws -> String {
        try await ask { try $0.info(section, name) }
    }

    /// Calls whose outcome is unknown are placed by the clock of those who asked, which has to be that of Redis.
    ///
    /// - Throws: ``HistoryError`` if it is not, to a millisecond.
    func checkClock() async throws {
        try await ask { connection in
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
        if let server {
            try? await OwnThread.run {
                server.stop()
                server.namespace?.remove()
            }
        }
        try? FileManager.default.removeItem(at: directory)
    }
}
