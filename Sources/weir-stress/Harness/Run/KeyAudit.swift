package import Hiredis
internal import StressHistory

/// Looks at what a run has left in Redis: nothing that stays for ever, once the limits that were set are removed.
///
/// The audit trails of these limits stay by design; they are taken away, for the run made up their owners.
package struct KeyAudit: Sendable {
    /// Keys that would stay.
    package private(set) var immortal: [String] = []
    package private(set) var count = 0

    /// Scans for keys that begin with a prefix; blocks, so not for a thread of Swift's concurrency.
    package init(prefix: String, over connection: BlockingConnection) throws {
        var cursor = "0"
        repeat {
            let command = Command("SCAN", cursor, "MATCH", "\(prefix):*", "COUNT", "1000")
            let reply = try connection.reply(to: command)
            guard case .array(let parts) = reply, parts.count == 2, let next = parts[0].string else {
                throw HistoryError("Redis does not list its keys: \(reply)")
            }
            cursor = next
            // A list of nothing is one of no integers.
            guard case .array(let keys) = parts[1] else { continue }
            for key in keys.compactMap(\.string) { try add(key, over: connection) }
        } while cursor != "0"
    }

    /// What was found at several servers.
    init(joining audits: [KeyAudit]) {
        immortal = audits.flatMap(\.immortal)
        count = audits.reduce(0) { $0 + $1.count }
    }

    private mutating func add(_ key: String, over connection: BlockingConnection) throws {
        guard !key.hasSuffix("}/audit") else {
            _ = try connection.reply(to: Command("DEL", key))
            return
        }
        count += 1
        guard case .integer(let rest) = try connection.reply(to: Command("PTTL", key)) else {
            throw HistoryError("Redis does not tell when \(key) ends")
        }
        if rest == -1 { immortal.append(key) }
    }
}
