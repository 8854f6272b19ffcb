import Hiredis
import LocalServers
import Weir

/// The rows that need nothing but an address, on a Redis that others may use too: what a row has written it removes.
struct GivenBench {
    let redis: GivenRedis
    let servers: MeasuredServers
    let duration: Duration
    let rounds: Int
    let callers: Int
    /// Which rows, by a part of their names, beside the baseline; nil for all.
    let part: String?

    private static let keys = LimiterRow.manyTokens
    /// Names in one command.
    private static let removedAtOnce = 500

    func run() async throws -> [Report.Row] {
        let rows = [LimiterRow.distinct(callers: callers)] + LimiterRow.others(callers: callers)
        let loads = try rows.map { (row: $0, load: try $0.load(redis.url, keyPrefix: redis.keyPrefix)) }
        let index = try LimiterRow.index.load(redis.url, keyPrefix: redis.keyPrefix)
        let memory = try LimiterRow.inMemory(callers: callers)
        var all = rawRows()
        all += loads.map { row, load in
            BenchRow(
                name: row.name,
                servers: servers,
                prepare: { if row.isFull { try await load.fill() } },
                measure: { await load.measure(for: duration) },
                clear: {
                    try await load.clear()
                    try await index.clear()
                }
            )
        }
        all.append(BenchRow(name: "weir/in-memory", servers: servers, measure: { await memory.measure(for: duration) }))
        let chosen = try all.chosen(by: part, beside: Bench.baseline)
        // What is wrong with the address, the password or the rights is said before anything is written.
        for (row, load) in loads where chosen.contains(where: { $0.name == row.name }) {
            try await load.limiter.connect()
        }
        let measurements = try await chosen.measured(rounds: rounds)
        for load in loads.map(\.load) + [index] { await load.limiter.shutdown() }
        let raw = Report.median((measurements[Bench.baseline] ?? []).map(\.perSecond))
        return chosen.map { Report.Row($0.name, measurements[$0.name] ?? [], rawPairs: raw) }
    }

    private func rawRows() -> [BenchRow] {
        guard !redis.isCluster, let address = servers.addresses.first else { return [] }
        let names = (0..<Self.keys).map { [prefix = redis.keyPrefix] number in "\(prefix):raw:\(number)" }
        let load = RawLoad(depth: callers) { RawLoad.pair(of: names[$0 % Self.keys]) }
        return [
            BenchRow(
                name: Bench.baseline,
                servers: servers,
                measure: { try await load.measure(address, for: duration) },
                clear: { try await remove(names, from: address) }
            )
        ]
    }

    private func remove(_ names: [String], from address: RedisAddress) async throws {
        try await OwnThread.run {
            let connection = try BlockingConnection(address: address)
            for first in stride(from: 0, to: names.count, by: Self.removedAtOnce) {
                var command = Command("DEL")
                for name in names[first..<min(first + Self.removedAtOnce, names.count)] { command.append(name) }
                if case .error(let error) = try connection.reply(to: command) {
                    throw GivenRedis.Failure(description: "keys could not be removed: \(error.message)")
                }
            }
        }
    }
}
