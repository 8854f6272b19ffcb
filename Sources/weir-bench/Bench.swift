import Console
import Hiredis
import LocalServers
import Weir

/// All rows, measured in turn, so that what changes on the machine meanwhile changes all of them.
struct Bench {
    let server: PrivateRedis
    let duration: Duration
    let rounds: Int
    let callers: Int
    /// Which rows, by a part of their names, beside the baseline; nil for all, and the memory.
    let part: String?
    /// Of the server, for the row over TLS; every connection reads them anew, so they stay until the end of the run.
    let certificates: Certificates?

    struct NoRow: Error, CustomStringConvertible {
        let part: String
        var description: String { "no row has '\(part)' in its name; without --only all are measured" }
    }

    private static let baseline = "raw/get-set-px"
    private static let overTLS = "weir/tls"

    /// How many different keys the rows with distinct ones have.
    private static let keys = 10_000
    private static let limit = Limit(100, per: .minute)
    private static let plenty = Limit(1_000_000_000, per: .day)

    /// Whether the row over TLS is among those whose names contain `part`.
    static func needsCertificates(_ part: String?) -> Bool { part.map { overTLS.contains($0) } ?? true }

    func run() async throws -> [Report.Row] {
        let setup = try server.connection()
        var (rows, limiters) = try rows(over: setup)
        if let part {
            guard rows.contains(where: { $0.name.contains(part) }) else { throw NoRow(part: part) }
            rows.removeAll { !$0.name.contains(part) && $0.name != Self.baseline }
        }
        var measurements: [String: [Measurement]] = [:]
        for round in 1...rounds {
            for (number, row) in rows.enumerated() {
                ProgressLine.show("round \(round) of \(rounds), row \(number + 1) of \(rows.count): \(row.name)")
                _ = try setup.reply(to: Command("FLUSHALL"))
                try await row.prepare?()
                measurements[row.name, default: []].append(try await server.measuring(over: setup, row.measure))
            }
        }
        ProgressLine.show("")
        for limiter in limiters { await limiter.shutdown() }
        let raw = Report.median((measurements[Self.baseline] ?? []).map(\.perSecond))
        let timings = rows.map { Report.Row($0.name, measurements[$0.name] ?? [], rawPairs: raw) }
        return part != nil ? timings : timings + (try MemoryRows(server: server).run())
    }

    private struct Row {
        let name: String
        var prepare: (() async throws -> Void)?
        let measure: () async throws -> Measurement
    }

    private func rows(over setup: BlockingConnection) throws -> ([Row], [RateLimiter]) {
        var rows = [raw(Self.baseline) { RawLoad.pair(of: "raw:\($0 % Self.keys)") }]
        let noop = try setup.load("return 1")
        rows.append(raw("raw/evalsha-noop") { _ in [PlainCommand("EVALSHA", noop, "0")] })
        rows.append(raw("raw/blocking-evalsha", depth: 1) { _ in [PlainCommand("EVALSHA", noop, "0")] })
        for rival in Rival.all {
            let digest = try setup.load(rival.source)
            rows.append(raw("script/\(rival.name)") { [rival.call(digest, $0, key: "rival:{\($0 % Self.keys)}")] })
        }
        var limiters: [RateLimiter] = []
        func weir(
            _ name: String,
            callers: Int,
            rules: [Rule],
            keys: Int,
            isFull: Bool = false,
            denialMemory: Duration = .zero,
            url: String? = nil
        ) throws {
            var configuration = RateLimiter.Configuration()
            configuration.deadline = .seconds(10)
            configuration.denialMemory = denialMemory
            if url?.hasPrefix("rediss:") == true { configuration.tls.trustedFile = certificates?.authorityFile }
            // What was not decided by Redis is not measured.
            configuration.failurePolicy = .fail
            let limiter = try RateLimiter(redis: url ?? server.url, rules: rules, configuration: configuration)
            limiters.append(limiter)
            let load = CallerLoad(limiter: limiter, callers: callers, descriptors: Self.descriptors(keys))
            rows.append(
                Row(
                    name: name,
                    prepare: isFull
                        ? { for descriptor in load.descriptors { _ = try await limiter.acquire(descriptor) } } : nil
                ) { await load.measure(for: duration) }
            )
        }
        let token = Rule("token", per: .token, limit: Self.limit)
        try weir("weir/distinct", callers: callers, rules: [token], keys: Self.keys)
        let tcp = try server.listenOnTCP(over: setup).description
        try weir("weir/tcp", callers: callers, rules: [token], keys: Self.keys, url: tcp)
        if let certificates {
            let port = try server.listenOnTLS(certificates.settings(), over: setup)
            let tls = "rediss://127.0.0.1:\(port)"
            try weir(Self.overTLS, callers: callers, rules: [token], keys: Self.keys, url: tls)
        }
        let three = [
            Rule("endpoint", per: .token, .endpoint, limit: Self.limit),
            Rule("group", per: .group, limit: Self.plenty),
            Rule("application", observing: .group, .application, per: .day),
        ]
        try weir("weir/three-windows", callers: callers, rules: three, keys: Self.keys)
        try weir("weir/hot-key", callers: callers, rules: [Rule("token", per: .token, limit: Self.plenty)], keys: 1)
        let one = Rule("token", per: .token, limit: Limit(1, per: .hour))
        try weir("weir/denied", callers: callers, rules: [one], keys: 1000, isFull: true)
        try weir(
            "weir/denied-memory",
            callers: callers,
            rules: [one],
            keys: 1000,
            isFull: true,
            denialMemory: .seconds(60)
        )
        try weir("weir/one-caller", callers: 1, rules: [token], keys: Self.keys)
        let memory = try RateLimiter(inMemory: InMemoryStore(), rules: [token])
        let load = CallerLoad(limiter: memory, callers: callers, descriptors: Self.descriptors(Self.keys))
        rows.append(Row(name: "weir/in-memory") { await load.measure(for: duration) })
        return (rows, limiters)
    }

    private func raw(
        _ name: String,
        depth: Int? = nil,
        operation: @escaping @Sendable (Int) -> [PlainCommand]
    ) -> Row {
        let load = RawLoad(depth: depth ?? callers, operation: operation)
        return Row(name: name) { try await load.measure(server.address, for: duration) }
    }

    private static func descriptors(_ count: Int) -> [Descriptor] {
        (0..<count).map {
            Descriptor(token: "token-\($0)", endpoint: "POST /objects", group: "acme", application: "crm")
        }
    }
}
