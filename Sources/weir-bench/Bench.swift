import Hiredis
import LocalServers
import Weir

/// All rows on a Redis that was started for them, which is emptied before each.
struct Bench {
    let server: PrivateRedis
    let duration: Duration
    let rounds: Int
    let callers: Int
    /// Which rows, by a part of their names, beside the baseline; nil for all, and the memory.
    let part: String?
    /// Of the server, for the row over TLS; every connection reads them anew, so they stay until the end of the run.
    let certificates: Certificates?

    /// The row that others are compared with.
    static let baseline = "raw/get-set-px"
    private static let overTLS = "weir/tls"
    private static let keys = LimiterRow.manyTokens

    private var servers: MeasuredServers { MeasuredServers([server.address]) }

    /// Whether the row over TLS is among those whose names contain `part`.
    static func needsCertificates(_ part: String?) -> Bool { part.map { overTLS.contains($0) } ?? true }

    func run() async throws -> [Report.Row] {
        let setup = try server.connection()
        let loads = try limiterLoads(over: setup)
        let memory = try LimiterRow.inMemory(callers: callers)
        var all = try rawRows(over: setup)
        all += loads.map { row, load in
            BenchRow(
                name: row.name,
                servers: servers,
                prepare: {
                    _ = try setup.reply(to: Command("FLUSHALL"))
                    if row.isFull { try await load.fill() }
                },
                measure: { await load.measure(for: duration) }
            )
        }
        all.append(BenchRow(name: "weir/in-memory", servers: servers, measure: { await memory.measure(for: duration) }))
        let rows = try all.chosen(by: part, beside: Self.baseline)
        let measurements = try await rows.measured(rounds: rounds)
        for (_, load) in loads { await load.limiter.shutdown() }
        let raw = Report.median((measurements[Self.baseline] ?? []).map(\.perSecond))
        let timings = rows.map { Report.Row($0.name, measurements[$0.name] ?? [], rawPairs: raw) }
        return part != nil ? timings : timings + (try MemoryRows(server: server).run())
    }

    private func rawRows(over setup: BlockingConnection) throws -> [BenchRow] {
        let noop = try setup.load("return 1")
        var rows = [
            raw(Self.baseline, over: setup) { RawLoad.pair(of: "raw:\($0 % Self.keys)") },
            raw("raw/evalsha-noop", over: setup) { _ in [PlainCommand("EVALSHA", noop, "0")] },
            raw("raw/blocking-evalsha", depth: 1, over: setup) { _ in [PlainCommand("EVALSHA", noop, "0")] },
        ]
        for rival in Rival.all {
            let digest = try setup.load(rival.source)
            rows.append(
                raw("script/\(rival.name)", over: setup) { number in
                    [rival.call(digest, number, key: "rival:{\(number % Self.keys)}")]
                }
            )
        }
        return rows
    }

    private func raw(
        _ name: String,
        depth: Int? = nil,
        over setup: BlockingConnection,
        operation: @escaping @Sendable (Int) -> [PlainCommand]
    ) -> BenchRow {
        let load = RawLoad(depth: depth ?? callers, operation: operation)
        return BenchRow(
            name: name,
            servers: servers,
            prepare: { _ = try setup.reply(to: Command("FLUSHALL")) },
            measure: { try await load.measure(server.address, for: duration) }
        )
    }

    private func limiterLoads(over setup: BlockingConnection) throws -> [(row: LimiterRow, load: CallerLoad)] {
        let distinct = LimiterRow.distinct(callers: callers)
        var loads = [(distinct, try distinct.load(server.url))]
        let tcp = LimiterRow.distinct("weir/tcp", callers: callers)
        loads.append((tcp, try tcp.load(server.listenOnTCP(over: setup).description)))
        if let certificates {
            let port = try server.listenOnTLS(certificates.settings(), over: setup)
            let tls = LimiterRow.distinct(Self.overTLS, callers: callers)
            let load = try tls.load("rediss://127.0.0.1:\(port)", trustedFile: certificates.authorityFile)
            loads.append((tls, load))
        }
        for row in LimiterRow.others(callers: callers) { loads.append((row, try row.load(server.url))) }
        return loads
    }
}
