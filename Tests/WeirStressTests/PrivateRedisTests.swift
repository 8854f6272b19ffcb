import Foundation
import Hiredis
import LocalServers
import Testing

@Suite(.timeLimit(.minutes(2))) struct PrivateRedisTests {
    @Test func startedAgainItFindsItsData() async throws {
        try await withServer(["appendonly": "yes", "appendfsync": "no"]) { server in
            try await ask(server, "SET", "key", "value")
            try await OwnThread.run { server.kill() }
            #expect(server.processIdentifier == nil)
            await #expect(throws: RedisError.self) { try await ask(server, "PING") }
            try await OwnThread.run { try server.start() }
            #expect(try await ask(server, "GET", "key") == .text(Array("value".utf8)))
        }
    }

    @Test func aServerThatStillLoadsIsNotReady() async throws {
        // Each command that it finds in its file costs a millisecond.
        try await withServer(["appendonly": "yes", "key-load-delay": "1000"]) { server in
            try await ask(server, "EVAL", "for number = 1, 2500 do redis.call('SET', number, number) end", "0")
            try await OwnThread.run {
                server.kill()
                try server.start()
            }
            #expect(try await ask(server, "DBSIZE") == .integer(2500))
        }
    }

    @Test func frozenItAnswersNobodyUntilItGoesOn() async throws {
        try await withServer { server in
            server.freeze()
            await #expect(throws: RedisError.self) { try await ask(server, "PING") }
            server.thaw()
            try await OwnThread.run { try server.waitUntilItAnswers() }
            #expect(try await ask(server, "PING") == .status("PONG"))
        }
    }

    @Test func stoppedItLeavesNothingBehind() async throws {
        try await withServer(named: "weir-leaves-nothing") { server in
            let directory = URL(filePath: server.socket).deletingLastPathComponent()
            let process = try #require(server.processIdentifier)
            #expect(directory.lastPathComponent.hasPrefix("weir-leaves-nothing-"))
            #expect(FileManager.default.fileExists(atPath: directory.path))
            try await OwnThread.run { server.stop() }
            #expect(!FileManager.default.fileExists(atPath: directory.path))
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
        }
    }

    @Test func whatDoesNotStartSaysWhy() async throws {
        let error = await #expect(throws: PrivateRedis.Failure.self) {
            try await withServer(["maxmemory-policy": "none-such"]) { _ in }
        }
        #expect(error?.description.contains("none-such") == true)
    }

    @Test func whatRunsIsNotStartedAgain() async throws {
        try await withServer { server in
            await #expect(throws: PrivateRedis.Failure.self) { try await OwnThread.run { try server.start() } }
            let reply = try await ask(server, "PING")
            #expect(reply == .status("PONG"))
        }
    }

    private func withServer(
        _ options: [String: String] = [:],
        named name: String = "weir-redis",
        _ test: (PrivateRedis) async throws -> Void
    ) async throws {
        let server = try await OwnThread.run { try PrivateRedis(named: name, options: options) }
        let result: Result<Void, any Error>
        do { result = .success(try await test(server)) } catch { result = .failure(error) }
        try await OwnThread.run { server.stop() }
        try result.get()
    }

    @discardableResult
    private func ask(_ server: PrivateRedis, _ words: String...) async throws -> Reply {
        try await OwnThread.run {
            var command = Command()
            for word in words { command.append(word) }
            return try server.connection().reply(to: command)
        }
    }
}
