import LocalServers
import Logging
import SeededRandom
import TestSupport
import Testing

@testable import Hiredis

/// What becomes of bytes on their way through TLS: many, cut off, held back and changed.
@Suite(.timeLimit(.minutes(2))) struct TLSStreamTests {
    private let certificates: Certificates
    private let server: PrivateRedis
    private let port: Int

    init() async throws {
        (certificates, server, port) = try await OwnThread.run {
            let (certificates, server) = (try Certificates(), try PrivateRedis())
            return (certificates, server, try server.listenOnTLS(certificates.settings(), over: server.connection()))
        }
    }

    private func options(connectTimeout: Duration = .seconds(20)) -> ConnectionOptions {
        var options = ConnectionOptions.patient
        options.connectTimeout = connectTimeout
        options.tls.trustedFile = certificates.authorityFile
        return options
    }

    private func client() throws -> RedisClient {
        try RedisClient(
            address: try RedisAddress(url: "rediss://127.0.0.1:\(port)"),
            options: options(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: try Wakeup()
        )
    }

    /// What the server answers through a relay that spoils it, or why it does not.
    private func reply(
        through fault: TCPRelay.Fault,
        connectTimeout: Duration = .seconds(20)
    ) async throws -> Result<Reply, RedisError> {
        let relay = try TCPRelay(to: port, fault)
        let address = try RedisAddress(url: "rediss://127.0.0.1:\(relay.port)")
        let options = options(connectTimeout: connectTimeout)
        return try await OwnThread.run {
            withExtendedLifetime(relay) {
                Result { () throws(RedisError) in
                    _ = try Handshake(locator: address, options: options).perform()
                    return .status("connected")
                }
            }
        }
    }

    // MARK: Many

    @Test func whatIsLongerThanARecordArrivesWhole() async throws {
        let client = try client()
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        for length in [16_383, 16_384, 16_385, 100_000, 1 << 20, 4 << 20] {
            let bytes = generator.bytes(length)
            var command = Command("ECHO")
            command.append(bytes)
            #expect(try await client.reply(to: command, before: .now + .seconds(20)) == .text(bytes))
        }
        await client.shutdown()
        server.stop()
    }

    @Test func manyCallersGetTheirOwnReplies() async throws {
        let client = try client()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    // Some fill a record by themselves, so that others begin in one and end in the next.
                    let text = "\(number) " + String(repeating: "x", count: number % 50 == 0 ? 20_000 : number % 97)
                    let reply = try await client.reply(to: Command("ECHO", text), before: .now + .seconds(30))
                    #expect(reply.string == text)
                }
            }
            try await group.waitForAll()
        }
        await client.shutdown()
        server.stop()
    }

    @Test func aServerThatGoesAwayIsNoticedAndItsReturnToo() async throws {
        let client = try client()
        let ping = Command("PING")
        #expect(try await client.reply(to: ping, before: .now + .seconds(20)) == .status("PONG"))
        try await OwnThread.run { [server, port, certificates] in
            server.kill()
            try server.start()
            let connection = try server.connection()
            for (name, value) in certificates.settings() {
                _ = try connection.reply(to: Command("CONFIG", "SET", name, value))
            }
            #expect(try connection.reply(to: Command("CONFIG", "SET", "tls-port", "\(port)")) == .status("OK"))
        }
        var answer: Reply?
        for _ in 0..<100 where answer == nil {
            // The first may be told that the connection has ended.
            answer = try? await client.reply(to: ping, before: .now + .seconds(2))
            if answer == nil { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(answer == .status("PONG"))
        await client.shutdown()
        server.stop()
    }

    // MARK: Spoiled

    @Test(arguments: [0, 1, 4, 5, 6, 50, 127, 128, 300, 500])
    func aHandshakeThatIsCutIsALostConnection(bytes: Int) async throws {
        let result = try await reply(through: .cut(after: bytes))
        #expect(throws: RedisError(.connectionLost, "the server closed the connection during the TLS handshake")) {
            try result.get()
        }
        server.stop()
    }

    @Test(arguments: [1, 5, 100, 500])
    func aHandshakeThatIsHeldBackEndsAtItsDeadline(bytes: Int) async throws {
        let result = try await reply(through: .stall(after: bytes), connectTimeout: .milliseconds(300))
        #expect(throws: RedisError(.timedOut, "the TLS handshake was not done in time")) { try result.get() }
        server.stop()
    }

    @Test func aServerThatSaysNothingMaySpeakNoTLS() async throws {
        let error = await #expect(throws: RedisError.self) {
            try await reply(through: .stall(after: 0), connectTimeout: .milliseconds(300)).get()
        }
        #expect(error?.code == .timedOut && error?.message.contains("does it speak TLS") == true)
        server.stop()
    }

    @Test func whatWasChangedOnTheWayIsNeverTaken() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        // All that the server says first is vouched for by it in the end, but for the version before that.
        for _ in 0..<40 {
            let place = generator.number(11...600)
            let result = try await reply(through: .flip(at: place), connectTimeout: .milliseconds(300))
            let error = #expect(throws: RedisError.self, "byte \(place)") { try result.get() }
            let possible: [RedisError.Code] = [.tlsFailed, .connectionLost, .timedOut, .protocolViolation]
            #expect(error.map { possible.contains($0.code) } == true, "byte \(place): \(String(describing: error))")
        }
        server.stop()
    }
}
