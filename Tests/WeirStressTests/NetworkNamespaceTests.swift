import Foundation
import Hiredis
import LocalServers
import TestSupport
import Testing

@Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: NetworkNamespace.isExpected, "a network namespace needs root; with CI set these tests run, and fail")
)
struct NetworkNamespaceTests {
    @Test func aServerInItIsReachedOverItsLinkAndItsUnixSocket() async throws {
        try await withServer { server, namespace in
            let link = try RedisAddress(url: #require(server.linkURL))
            #expect(server.linkURL?.contains(namespace.address) == true)
            try await ask(link, "SET", "key", "value")
            #expect(try await ask(server.address, "GET", "key") == .text(Array("value".utf8)))
        }
    }

    @Test func whileTheLinkIsDownNobodyAnswersAndNothingIsReset() async throws {
        try await withServer { server, namespace in
            let (host, port) = (namespace.address, 6379)
            let silence = try await OwnThread.run {
                let connection = try RawConnection(host: host, port: port)
                try connection.send("PING\r\n")
                #expect(try connection.receive() == "+PONG\r\n")
                try namespace.linkDown()
                try connection.send("PING\r\n")
                // Who comes hears as little as who is there: no refusal, no reset, no end.
                let old = #expect(throws: RawConnection.Failure.self) { _ = try connection.receive() }
                let new = #expect(throws: RawConnection.Failure.self) { _ = try RawConnection(host: host, port: port) }
                #expect(try server.connection().reply(to: Command("PING")) == .status("PONG"))
                try namespace.linkUp()
                // What was lost on its way is sent again, if only after as long again.
                var answer: String?
                for _ in 0..<40 where answer == nil { answer = try? connection.receive() }
                #expect(answer == "+PONG\r\n")
                let late = try RawConnection(host: host, port: port)
                try late.send("PING\r\n")
                #expect(try late.receive() == "+PONG\r\n")
                return (old?.code, new?.code)
            }
            #expect(silence == (EAGAIN, EINPROGRESS))
        }
    }

    @Test func aServerInItIsKilledAndStartedAgainThere() async throws {
        try await withServer(["appendonly": "yes", "appendfsync": "no"]) { server, _ in
            let link = try RedisAddress(url: #require(server.linkURL))
            try await ask(link, "SET", "key", "value")
            let process = server.processIdentifier
            try await OwnThread.run {
                server.kill()
                try server.start()
            }
            #expect(server.processIdentifier != process)
            #expect(try await ask(link, "GET", "key") == .text(Array("value".utf8)))
        }
    }

    @Test func itsProcessIsTheServer() async throws {
        try await withServer { server, _ in
            let process = try #require(server.processIdentifier)
            let name = try String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
            #expect(name.hasPrefix("redis-server"))
        }
    }

    @Test func whatIsRemovedLeavesNothingBehind() async throws {
        let namespace = try await OwnThread.run { try NetworkNamespace() }
        #expect(namespace.name.contains("-\(ProcessInfo.processInfo.processIdentifier)-"))
        #expect(try Self.isThere(namespace.name))
        try await OwnThread.run {
            namespace.remove()
            // Once more does no harm.
            namespace.remove()
        }
        #expect(try !Self.isThere(namespace.name))
    }

    @Test func whatIsForgottenIsRemoved() async throws {
        let name = try await OwnThread.run { try NetworkNamespace().name }
        #expect(try !Self.isThere(name))
    }

    @Test func thereMayBeSeveral() async throws {
        try await withServer { first, _ in
            try await withServer { second, _ in
                #expect(first.linkURL != second.linkURL)
                try await ask(RedisAddress(url: #require(first.linkURL)), "SET", "key", "value")
                #expect(try await ask(RedisAddress(url: #require(second.linkURL)), "GET", "key") == .null)
            }
        }
    }

    private static func isThere(_ name: String) throws -> Bool {
        let isListed = try Tool.run("ip", ["netns", "list"]).contains(name)
        return try Tool.run("ip", ["-oneline", "link"]).contains(name) || isListed
    }

    private func withServer(
        _ options: [String: String] = [:],
        _ test: (PrivateRedis, NetworkNamespace) async throws -> Void
    ) async throws {
        let (server, namespace) = try await OwnThread.run {
            let namespace = try NetworkNamespace()
            return (try PrivateRedis(in: namespace, options: options), namespace)
        }
        let result: Result<Void, any Error>
        do { result = .success(try await test(server, namespace)) } catch { result = .failure(error) }
        try await OwnThread.run {
            server.stop()
            namespace.remove()
        }
        try result.get()
    }

    @discardableResult
    private func ask(_ address: RedisAddress, _ words: String...) async throws -> Reply {
        try await OwnThread.run {
            var command = Command()
            for word in words { command.append(word) }
            return try BlockingConnection(address: address).reply(to: command)
        }
    }
}
