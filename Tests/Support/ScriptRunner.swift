package import Hiredis
internal import Logging
internal import LuaScripts
package import Weir

/// Runs the real script on a real server, at times of the test's choice.
///
/// Keys expire by the server's own clock, so the test's times must lie in its future; `epoch` does.
package final class ScriptRunner: Sendable {
    /// The beginning of the year 2100, in microseconds.
    package static let epoch = 4_102_444_800_000_000

    package let server: RedisServer
    private let client: RedisClient
    package let script: Script

    package init(_ server: RedisServer, source: [UInt8] = Scripts.acquire) throws {
        self.server = server
        script = Script(source: source)
        let address = RedisAddress(endpoint: .unix(path: server.socket))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        client = try RedisClient(locator: address, options: .patient, logger: logger, wakeup: try Wakeup())
    }

    package func reply(to command: Command) async throws -> Reply {
        try await client.reply(to: command, before: .now + .seconds(20))
    }

    /// When a key is gone, in milliseconds since the epoch; nil if it stays, or is not there.
    ///
    /// Redis 6 does not tell it: there it is computed, and late by a tick of the clock at most.
    package func expiry(of key: String) async throws -> Int? {
        let source = """
            local expiry = redis.pcall('PEXPIRETIME', KEYS[1])
            if type(expiry) == 'number' then return expiry end
            local life = redis.call('PTTL', KEYS[1])
            if life < 0 then return life end
            local now = redis.call('TIME')
            return now[1] * 1000 + math.floor(now[2] / 1000) + life
            """
        let reply = try await reply(to: Command("EVAL", source, "1", key))
        guard case .integer(let expiry) = reply else { throw StrangeReply(reply: reply) }
        return expiry < 0 ? nil : expiry
    }

    /// Puts a text under a field of a hash, or removes it.
    package func store(_ text: String?, _ field: String, under key: [UInt8]) async throws {
        var command = Command(text == nil ? "HDEL" : "HSET")
        command.append(key)
        command.append(field)
        if let text { command.append(text) }
        _ = try await reply(to: command)
    }

    /// What a hash holds, by field; nothing if there is none.
    package func fields(of key: String) async throws -> [String: String] {
        let reply = try await reply(to: Command("HGETALL", key))
        // No elements are none but integers.
        if reply == .integers([]) { return [:] }
        guard case .array(let parts) = reply else { throw StrangeReply(reply: reply) }
        var fields: [String: String] = [:]
        for place in stride(from: 0, to: parts.count - 1, by: 2) {
            fields[parts[place].string ?? ""] = parts[place + 1].string
        }
        return fields
    }

    /// Decides a batch at a time in microseconds since the epoch, or now.
    package func decide(_ requests: [DecisionRequest], at time: Int?) async throws -> [Verdict] {
        let batch = Batch(requests)
        let reply = try await reply(to: batch.command(calling: script, at: time))
        guard let verdicts = batch.verdicts(in: reply) else { throw StrangeReply(reply: reply) }
        return Array(verdicts)
    }

    package struct StrangeReply: Error {
        package let reply: Reply

        package init(reply: Reply) { self.reply = reply }
    }
}

extension Verdict {
    /// What was decided of this request alone, and where its windows stand, as integers.
    package func own(_ request: DecisionRequest) -> [Int] {
        status.numbers(wanted: wanted) + request.windows.indices.flatMap { [used($0), reset($0)] }
    }
}
