import Foundation
import Hiredis
import Logging
import TestSupport
import Testing

/// Tasks on the thread of their connection.
@Suite struct PumpExecutorTests {
    private func client(of server: RedisServer) throws -> RedisClient {
        try RedisClient(
            address: try RedisAddress(url: server.unrestrictedURL),
            options: .patient,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: try Wakeup()
        )
    }

    private static var threadName: String? {
        let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
        return text?.trimmingCharacters(in: .newlines)
    }

    @Test func aTaskThatPrefersItAsksAndGoesOnThere() async throws {
        let server = try RedisServer()
        let client = try client(of: server)
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask(executorPreference: client.executor) {
                    for turn in 0..<20 {
                        #expect(Self.threadName == "weir-pump")
                        let text = "\(number) \(turn)"
                        let reply = try await client.reply(to: Command("ECHO", text), before: .now + .seconds(20))
                        #expect(reply.string == text)
                        if turn.isMultiple(of: 5) { try await Task.sleep(for: .milliseconds(1)) }
                    }
                }
            }
            try await group.waitForAll()
        }
        await client.shutdown()
    }

    /// Neither who goes on for ever nor who waits for it holds up the others.
    @Test func whoNeverEndsHoldsUpNobody() async throws {
        let server = try RedisServer()
        let client = try client(of: server)
        let restless = Task(executorPreference: client.executor) {
            while !Task.isCancelled { await Task.yield() }
        }
        for _ in 0..<20 { _ = try await client.reply(to: Command("PING"), before: .now + .seconds(20)) }
        restless.cancel()
        await restless.value
        await client.shutdown()
    }

    @Test func afterTheEndTasksGoOnElsewhere() async throws {
        let server = try RedisServer()
        let client = try client(of: server)
        let name = await Task(executorPreference: client.executor) {
            // From the very thread that ends by it.
            await client.shutdown()
            return Self.threadName
        }.value
        #expect(name != "weir-pump")
        await #expect(throws: RedisError.self) {
            try await Task(executorPreference: client.executor) {
                try await client.reply(to: Command("PING"), before: .now + .seconds(20))
            }.value
        }
    }
}
