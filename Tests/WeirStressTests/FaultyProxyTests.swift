import Hiredis
import LocalServers
import SeededRandom
import StressHarness
import StressHistory
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct FaultyProxyTests {
    @Test func withoutFaultsBytesPassUnchanged() async throws {
        try await ProxiedRedis.run { redis in
            #expect(try await redis.proxied("PING") == .status("PONG"))
            // More than the buffers on the way hold, so that the readers have to wait for each other.
            var generator = SeededGenerator(seed: 1)
            let bytes = (0..<(4 << 20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let answer = try await OwnThread.run { [address = redis.proxy.address] in
                let connection = try BlockingConnection(address: address)
                var command = Command("SET", "bytes")
                command.append(bytes)
                _ = try connection.reply(to: command)
                return try connection.reply(to: Command("GET", "bytes"))
            }
            #expect(answer == .text(bytes))
            #expect(redis.proxy.counts.connections == 2)
            #expect(redis.proxy.counts.bytes > 2 * bytes.count)
        }
    }

    @Test func aServerThatGoesAwayTakesItsConnectionsAlong() async throws {
        try await ProxiedRedis.run { redis in
            let clients = try await clients(1, of: redis)
            try await OwnThread.run { redis.server.kill() }
            #expect(try await errors(of: clients).map(\.code) == [.connectionLost])
            // The proxy is still there, and lets nobody wait for a server that is not.
            await #expect(throws: RedisError.self) { try await redis.proxied("PING") }
            try await OwnThread.run { try redis.server.start() }
            #expect(try await redis.proxied("PING") == .status("PONG"))
        }
    }

    @Test func aCutEndsEveryConnectionOnce() async throws {
        try await ProxiedRedis.run { redis in
            let clients = try await clients(3, of: redis)
            try await redis.proxy.begin(.cut, seed: 1)
            #expect(try await errors(of: clients).allSatisfy { $0.code == .connectionLost })
            #expect(redis.proxy.counts.cuts == 3)
            try await redis.proxy.end()
            #expect(try await redis.proxied("PING") == .status("PONG"))
        }
    }

    @Test func aCutHitsWhoComesWhileItLasts() async throws {
        try await ProxiedRedis.run { redis in
            try await redis.proxy.begin(.cut, seed: 1)
            let client = RestlessClient(redis.proxy.address, asking: "PING")
            #expect(try await errors(of: [client]).map(\.code) == [.connectionLost])
        }
    }

    @Test func theSameSeedCutsAtTheSameByte() async throws {
        try await ProxiedRedis.run { redis in
            var bytes: [Int] = []
            for seed in [7, 7, 8] as [UInt64] {
                let before = redis.proxy.counts.bytes
                try await redis.proxy.begin(.cut, seed: seed)
                _ = try await errors(of: [RestlessClient(redis.proxy.address, asking: "PING")])
                bytes.append(redis.proxy.counts.bytes - before)
            }
            #expect(bytes[0] == bytes[1])
            #expect(bytes[1] != bytes[2])
        }
    }

    @Test func aResetIsSeenAsOne() async throws {
        try await ProxiedRedis.run { redis in
            let clients = try await clients(2, of: redis)
            try await redis.proxy.begin(.reset, seed: 1)
            let messages = try await errors(of: clients).map(\.message)
            #expect(messages == ["Connection reset by peer", "Connection reset by peer"])
            #expect(redis.proxy.counts.resets == 2)
            // Without an end: a reset is over at once.
            #expect(try await redis.proxied("PING") == .status("PONG"))
        }
    }

    @Test func aShareIsNeitherNobodyNorEverybody() async throws {
        try await ProxiedRedis.run { redis in
            let clients = try await clients(16, of: redis)
            try await redis.proxy.begin(.reset, seed: 1, share: .some)
            let resets = redis.proxy.counts.resets
            #expect((1...15).contains(resets))
            #expect(try await eventually { clients.count { $0.error != nil } == resets })
        }
    }

    @Test func lateBytesAllArriveInOrder() async throws {
        try await ProxiedRedis.run { redis in
            // As long as an argument of a program may be: it arrives in several pieces.
            let text = (0..<20_000).map { "\($0)" }.joined(separator: " ")
            for seed in 0..<3 as Range<UInt64> {
                try await redis.proxy.begin(.delay, seed: seed)
                #expect(try await echo(text, through: redis.proxy) == text)
            }
            #expect(redis.proxy.counts.delayed > 6 * text.utf8.count)
            #expect(redis.proxy.counts.dribbled == 0)
        }
    }

    @Test func dribblingBytesAllArriveInOrder() async throws {
        try await ProxiedRedis.run { redis in
            let text = (0..<100).map { "\($0)" }.joined(separator: " ")
            // Of these, some dribble one way and some the other.
            for seed in 0..<6 as Range<UInt64> {
                try await redis.proxy.begin(.dribble, seed: seed)
                #expect(try await echo(text, through: redis.proxy) == text)
            }
            #expect(redis.proxy.counts.dribbled > 6 * text.utf8.count)
            #expect(redis.proxy.counts.delayed == 0)
        }
    }

    @Test func whatIsHeldBackGoesOutWhenTheFaultEnds() async throws {
        try await ProxiedRedis.run { redis in
            // So much that one byte at a time it would take minutes.
            let text = String(repeating: "x", count: 8 << 20)
            try await redis.direct("SET", "text", text)
            // With this seed, what Redis answers dribbles.
            try await redis.proxy.begin(.dribble, seed: 1)
            async let answer = OwnThread.run { [port = redis.proxy.port] in
                try Tool.run("redis-cli", ["-p", "\(port)", "GET", "text"])
            }
            #expect(try await eventually { redis.proxy.counts.dribbled > 200_000 })
            // Who reads slowly makes the other side wait; nothing piles up in between.
            try await Task.sleep(for: .milliseconds(50))
            #expect(redis.proxy.counts.dribbled < 1 << 20)
            try await redis.proxy.end()
            #expect(try await answer == text)
        }
    }

    @Test func garbageIsNeverBelievedAndOnlyTheClientSeesIt() async throws {
        try await ProxiedRedis.run { redis in
            for seed in 0..<20 as Range<UInt64> {
                let clients = (0..<2).map { _ in
                    RestlessClient(redis.proxy.address, asking: "EVAL", "return {1, -1234, {77, 5}}", "0")
                }
                try #require(try await eventually { clients.allSatisfy { $0.answers > 0 } })
                try await redis.proxy.begin(.garbage, seed: seed)
                #expect(try await errors(of: clients).allSatisfy { $0.code == .protocolViolation })
                let truth = Reply.array([.integer(1), .integer(-1234), .integers([77, 5])])
                #expect(clients.allSatisfy { $0.replies == [truth] }, "\(clients.map(\.replies))")
                try await redis.proxy.end()
            }
            #expect(redis.proxy.counts.garbled == 40)
            let statistics = try await redis.direct("INFO", "stats").string ?? ""
            #expect(statistics.contains("total_error_replies:0\r\n"))
        }
    }

    @Test func whatNoNetworkDoesIsRefused() async throws {
        try await ProxiedRedis.run { redis in
            await #expect(throws: FaultyProxy.Failure.self) { try await redis.proxy.begin(.memory, seed: 1) }
        }
    }

    /// Clients that have been answered over the proxy, and go on asking.
    private func clients(_ count: Int, of redis: ProxiedRedis) async throws -> [RestlessClient] {
        let clients = (0..<count).map { _ in RestlessClient(redis.proxy.address, asking: "INCR", "count") }
        try #require(try await eventually { clients.allSatisfy { $0.answers > 0 } })
        return clients
    }

    /// What a client with patience is answered.
    private func echo(_ text: String, through proxy: FaultyProxy) async throws -> String {
        try await OwnThread.run { [port = proxy.port] in
            try Tool.run("redis-cli", ["-p", "\(port)", "ECHO", text])
        }
    }

    /// How the connection of each has failed.
    private func errors(of clients: [RestlessClient]) async throws -> [RedisError] {
        try #require(try await eventually { clients.allSatisfy { $0.error != nil } })
        return clients.compactMap(\.error)
    }
}
