package import Hiredis

/// Looks at what a run has left in Redis: nothing that stays for ever but the limits that were set.
package struct KeyAudit: Sendable {
    /// Keys that would stay.
    package private(set) var immortal: [String] = []
    package private(set) var count = 0

    /// Scans for keys that begin with a prefix; blocks, so not for a thread of Swift's concurrency.
    package init(prefix: String, over connection: BlockingConnection) throws {
        var cursor = "0"
        repeat {
            let command = Command("SCAN", cursor, "MATCH", "\(prefix):*", "COUNT", "1000")
            guard case .array(let parts) = try connection.reply(to: command), parts.count == 2,
                let next = parts[0].string
            else { break }
            cursor = next
            guard case .array(let keys) = parts[1] else { continue }
            for key in keys.compactMap(\.string) { try add(key, over: connection) }
        } while cursor != "0"
    }

    private mutating func add(_ key: String, over connection: BlockingConnection) throws {
        // What an operator has set stays until it is removed.
        guard !key.hasSuffix("}/limits") else { return }
        count += 1
        if try connection.reply(to: Command("PTTL", key)) == .integer(-1) { immortal.append(key) }
    }
}
