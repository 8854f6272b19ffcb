import Hiredis
import LocalServers
import Weir

/// What a full window costs of Redis's memory, by algorithm and limit: `MEMORY USAGE` of one key.
struct MemoryRows {
    let server: PrivateRedis

    private static let limits = [5, 100, 10_000, 1_000_000]
    /// A log as long as this is enough to see where it goes, and filling a longer one takes minutes.
    private static let longestLog = 10_000

    func run() throws -> [Report.Row] {
        let filler = try KeyFiller(server: server)
        var rows = [Report.Row("memory/weir/limit-100-trickle", bytesPerKey: try weir(Self.trickle, filler))]
        for limit in Self.limits {
            rows.append(Report.Row("memory/weir/limit-\(limit)", bytesPerKey: try weir(Self.full(limit), filler)))
            for rival in Rival.all where !rival.hasMember || limit <= Self.longestLog {
                try filler.empty()
                let bytes = try fill(rival, limit, filler)
                rows.append(Report.Row("memory/\(rival.name)/limit-\(limit)", bytesPerKey: bytes))
            }
        }
        return rows
    }

    /// A window with all of its slices in use, up to the limit.
    private static func full(_ limit: Int) -> WindowFill { WindowFill(limit: limit, period: .hour, percent: 100) }

    /// A window that is seldom used: four units in a minute, of a hundred that it allows.
    private static let trickle = WindowFill(limit: 100, period: .minute, percent: 4)

    private func weir(_ window: WindowFill, _ filler: KeyFiller) throws -> Int {
        let rule = Rule("token", per: .token, limit: Limit(window.limit, per: window.period))
        let key = KeyFiller.key(of: rule, for: Descriptor(token: "token-1"))
        try filler.empty()
        try filler.fill(key, with: window)
        return try filler.bytes(of: String(decoding: key, as: UTF8.self))
    }

    private func fill(_ rival: Rival, _ limit: Int, _ filler: KeyFiller) throws -> Int {
        let digest = try filler.connection.load(rival.source)
        let calls = min(limit, rival.hasMember ? limit : 5)
        for start in stride(from: 0, to: calls, by: 1000) {
            let numbers = start..<min(calls, start + 1000)
            _ = try filler.connection.exchange(
                numbers.map { rival.call(digest, $0, key: "rival", limit: limit, milliseconds: 3_600_000) }
            )
        }
        return try filler.bytes(of: "rival")
    }
}
