import Foundation
import LocalServers
import Logging
import TestSupport
import Testing

@testable import Hiredis

/// Sentinels that say by script what real ones seldom do, and a real one beside them.
@Suite(.timeLimit(.minutes(2))) struct SentinelLocatorTests {
    private static let greeting = hello(mode: "sentinel")

    private static func hello(mode: String, role: String? = nil) -> String {
        let words = ["server", "redis", "version", "7.0.15", "mode", mode] + (role.map { ["role", $0] } ?? [])
        return "*\(words.count)\r\n" + words.map(bulk).joined()
    }

    private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    private static func answer(_ host: String, _ port: Int) -> String { "*2\r\n" + bulk(host) + bulk("\(port)") }

    private func locator(
        _ servers: [ScriptedServer],
        _ change: (inout ConnectionOptions) -> Void = { _ in }
    ) -> SentinelLocator {
        let addresses = servers.map { RedisAddress(endpoint: .unix(path: $0.path)) }
        var options = ConnectionOptions()
        change(&options)
        return SentinelLocator(SentinelSet(sentinels: addresses, primaryName: "main"), options: options)
    }

    private func located(
        _ locator: SentinelLocator,
        within limit: Duration = .seconds(10)
    ) async throws -> Result<RedisAddress, RedisError> {
        try await OwnThread.run {
            Result { () throws(RedisError) in try locator.locate(before: .now + limit) }
        }
    }

    private func failure(
        _ steps: [ScriptedServer.Step],
        within limit: Duration = .seconds(10)
    ) async throws -> RedisError? {
        let server = try ScriptedServer(steps)
        let result = try await located(locator([server]), within: limit)
        guard case .failure(let error) = result else { return nil }
        return error
    }

    @Test func whoDoesNotKnowIsPassedOver() async throws {
        let ignorant = try ScriptedServer([.send(Self.greeting), .send("*-1\r\n")])
        let wise = try ScriptedServer([.send(Self.greeting), .send(Self.answer("10.0.0.1", 7000))])
        let locator = locator([ignorant, wise])
        for _ in 0..<2 {
            let address = try await located(locator).get()
            #expect(address.endpoint == .tcp(host: "10.0.0.1", port: 7000))
        }
        withExtendedLifetime(ignorant) {}
        let error = locator.failed(
            at: RedisAddress(endpoint: .tcp(host: "10.0.0.1", port: 7000)),
            because: RedisError(.unreachable, "Connection refused")
        )
        #expect(error.message == "the primary 'main' at 10.0.0.1:7000: Connection refused")
    }

    @Test func silentOnesLeaveTimeForTheOthers() async throws {
        let silent = try (0..<2).map { _ in try ScriptedServer([.silence]) }
        let wise = try (0..<2).map { _ in
            try ScriptedServer([.send(Self.greeting), .send(Self.answer("10.0.0.1", 7000))])
        }
        let locator = locator(silent + wise)
        let address = try await located(locator, within: .seconds(2)).get()
        #expect(address.endpoint == .tcp(host: "10.0.0.1", port: 7000))
        withExtendedLifetime(silent) {}
    }

    @Test func aNameThatNobodyKnowsIsQuoted() async throws {
        let error = try #require(try await failure([.send(Self.greeting), .send("*-1\r\n")]))
        #expect(error.code == .unsuitable && error.isPermanent)
        #expect(error.message.contains("'main'") && error.message.contains("sentinel monitor"))
    }

    @Test func aRedisIsNoSentinel() async throws {
        let redis = Self.hello(mode: "standalone", role: "master")
        let error = try #require(try await failure([.send(redis)]))
        #expect(error.code == .unsuitable && error.message.contains("a Redis and not a Sentinel"))
        let old = "-ERR unknown command `HELLO`, with args beginning with: `2`\r\n"
        let unknown = "-ERR unknown command `SENTINEL`, with args beginning with: `x`\r\n"
        let second = try #require(try await failure([.send(old), .send(unknown)]))
        #expect(second.code == .unsuitable && second.message.contains("a Redis and not a Sentinel"))
    }

    @Test func garbageIsNoAnswer() async throws {
        for garbage in ["?what\r\n", "*2\r\n:1\r\n:2\r\n", "*1\r\n$1\r\nh\r\n", ":1\r\n", Self.answer("", 0)] {
            let error = try #require(try await failure([.send(Self.greeting), .send(garbage)]))
            #expect(error.code == .unreachable && error.message.contains("main"), "\(garbage): \(error)")
        }
        let more = Self.answer("10.0.0.1", 7000) + "+more\r\n"
        #expect(try await failure([.send(Self.greeting), .send(more)]) != nil)
        #expect(try await failure([.send("?what\r\n")]) != nil)
        #expect(try await failure([.close]) != nil)
    }

    @Test func aWrongPasswordIsTheSentinels() async throws {
        let wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
        let error = try #require(try await failure([.send(wrong)]))
        #expect(error.code == .refused && error.isPermanent && error.message.contains("the Sentinel refuses"))
        let none = try #require(try await failure([.send("-NOAUTH HELLO must be called\r\n")]))
        #expect(none.isPermanent && none.message.contains("sentinel-password"))
    }

    @Test func aSentinelThatRepeatsWhatItWasSentDoesNotBetrayThePassword() async throws {
        let server = try ScriptedServer([.send("-ERR hunter2 is not what I like\r\n")])
        let locator = locator([server]) { options in
            options.credentials = { () throws(RedisError) in ServerCredentials(user: nil, password: Secret("hunter2")) }
        }
        guard case .failure(let error) = try await located(locator) else {
            Issue.record("it was let in")
            return
        }
        #expect(!"\(error)".contains("hunter2"))
    }

    /// The first Sentinel calls a replica the primary; the second one knows better.
    @Test func whoNamesAReplicaIsAskedLastTheNextTime() async throws {
        let (replica, primary, ports) = try await OwnThread.run {
            let servers = (try PrivateRedis(), try PrivateRedis())
            let ports = try [servers.0, servers.1].map { server in
                guard case .tcp(_, let port) = try server.listenOnTCP(over: server.connection()).endpoint else {
                    return 0
                }
                return port
            }
            let order = Command("REPLICAOF", "127.0.0.1", "\(ports[1])")
            _ = try servers.0.connection().reply(to: order)
            return (servers.0, servers.1, ports)
        }
        let lying = try ScriptedServer([.send(Self.greeting), .send(Self.answer("127.0.0.1", ports[0]))])
        let honest = try ScriptedServer([.send(Self.greeting), .send(Self.answer("127.0.0.1", ports[1]))])
        let locator = locator([lying, honest])
        let handshake = Handshake(locator: locator, options: .patient)
        let first = try await OwnThread.run { Result { () throws(RedisError) in try handshake.perform() } }
        guard case .failure(let error) = first else {
            Issue.record("a replica was taken for a primary")
            return
        }
        #expect(error.message.contains("not of one mind") && !error.isPermanent && error.code == .refused)
        #expect(error.message.contains("127.0.0.1:\(ports[0])"))
        let second = try await OwnThread.run { try handshake.perform().address }
        #expect(second.endpoint == .tcp(host: "127.0.0.1", port: ports[1]))
        withExtendedLifetime(lying) {}
        replica.stop()
        primary.stop()
    }

    /// The first Sentinel has told of a promotion, the second has not heard of it; the promoted server is not ready.
    @Test func whoHasHeardOfAPromotionDoesNotGoBack() async throws {
        let (deposed, promoted, ports) = try await OwnThread.run {
            let servers = (try PrivateRedis(), try PrivateRedis())
            let ports = try [servers.0, servers.1].map { server in
                guard case .tcp(_, let port) = try server.listenOnTCP(over: server.connection()).endpoint else {
                    return 0
                }
                return port
            }
            _ = try servers.1.connection().reply(to: Command("REPLICAOF", "127.0.0.1", "\(ports[0])"))
            return (servers.0, servers.1, ports)
        }
        let subscribed = SentinelAnswer.channels.enumerated().map { place, channel in
            "*3\r\n" + Self.bulk("subscribe") + Self.bulk(channel) + ":\(place + 1)\r\n"
        }
        let payload = "slave new 127.0.0.1 \(ports[1]) @ main 127.0.0.1 \(ports[0])"
        let news = "*3\r\n" + ["message", "+promoted-slave", payload].map(Self.bulk).joined()
        let quick = try ScriptedServer([
            .send(Self.greeting),
            .answerByWord(["SUBSCRIBE": subscribed.joined() + news, "SENTINEL": Self.answer("127.0.0.1", ports[1])]),
        ])
        let slow = try ScriptedServer([
            .send(Self.greeting),
            .answerByWord(["SUBSCRIBE": subscribed.joined(), "SENTINEL": Self.answer("127.0.0.1", ports[0])]),
        ])
        let log = RecordedLog()
        let client = try RedisClient(
            locator: locator([quick, slow]) { $0 = .patient },
            options: .patient,
            logger: log.logger,
            wakeup: try Wakeup()
        )
        async let reply = client.reply(to: Command("SET", "name", "value"), before: .now + .seconds(60))
        let isNamed = try await eventually {
            log.warnings.contains { $0.contains("127.0.0.1:\(ports[0])") && $0.contains("another primary") }
        }
        #expect(isNamed, "the second Sentinel names the deposed primary, and is not believed: \(log.warnings)")
        try await OwnThread.run { _ = try promoted.connection().reply(to: Command("REPLICAOF", "NO", "ONE")) }
        #expect(try await reply == .status("OK"))
        let values = try await OwnThread.run {
            try [deposed, promoted].map { try $0.connection().reply(to: Command("GET", "name")).string }
        }
        #expect(values == [nil, "value"])
        await client.shutdown()
        deposed.stop()
        promoted.stop()
    }
}
