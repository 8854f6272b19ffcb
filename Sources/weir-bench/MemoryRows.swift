import Hiredis
import Weir

/// What a full window costs of Redis's memory, by algorithm and limit: `MEMORY USAGE` of one key.
struct MemoryRows {
    let server: PrivateRedis

    private static let limits = [5, 100, 10_000, 1_000_000]
    /// A log as long as this is enough to see where it goes, and filling a longer one takes minutes.
    private static let longestLog = 10_000

    func run() async throws -> [Report.Row] {
        let setup = try server.connection()
        var rows: [Report.Row] = []
        for limit in Self.limits {
            _ = try setup.reply(to: Command("FLUSHALL"))
            rows.append(Report.Row("memory/weir/limit-\(limit)", bytesPerKey: try await weir(limit, over: setup)))
            for rival in Rival.all where !rival.hasMember || limit <= Self.longestLog {
                _ = try setup.reply(to: Command("FLUSHALL"))
                let bytes = try fill(rival, limit, over: setup)
                rows.append(Report.Row("memory/\(rival.name)/limit-\(limit)", bytesPerKey: bytes))
            }
        }
        return rows
    }

    /// Fills a window as a busy service would: all of its slices, up to the limit.
    private func weir(_ limit: Int, over setup: BlockingConnection) async throws -> Int {
        let window = Duration.milliseconds(2560)
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(10)
        let rule = Rule("token", per: .token, limit: Limit(limit, per: window))
        let limiter = try RateLimiter(redis: server.url, rules: [rule], configuration: configuration)
        let end = ContinuousClock.now + window
        var largest = 0
        let share = max(1, limit / 256)
        while ContinuousClock.now < end {
            _ = try await limiter.acquire(Descriptor(token: "token-1"), upTo: share)
            try await Task.sleep(for: .milliseconds(5))
        }
        guard case .array(let found) = try setup.reply(to: Command("KEYS", "weir:*")) else { return 0 }
        for key in found.compactMap(\.string) { largest = max(largest, try usage(key, over: setup)) }
        await limiter.shutdown()
        return largest
    }

    private func fill(_ rival: Rival, _ limit: Int, over setup: BlockingConnection) throws -> Int {
        let digest = try setup.load(rival.source)
        let calls = min(limit, rival.hasMember ? limit : 5)
        for start in stride(from: 0, to: calls, by: 1000) {
            let numbers = start..<min(calls, start + 1000)
            _ = try setup.exchange(
                numbers.map { rival.call(digest, $0, key: "rival", limit: limit, milliseconds: 3_600_000) }
            )
        }
        return try usage("rival", over: setup)
    }

    private func usage(_ key: String, over setup: BlockingConnection) throws -> Int {
        if case .integer(let bytes) = try setup.reply(to: Command("MEMORY", "USAGE", key, "SAMPLES", "0")) {
            bytes
        } else {
            0
        }
    }
}
