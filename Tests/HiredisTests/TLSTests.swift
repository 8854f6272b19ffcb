import Foundation
import LocalServers
import Logging
import TestSupport
import Testing

@testable import Hiredis

/// Whom a connection over TLS trusts, and what it says of whom it does not, with a real server.
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    private let certificates: Certificates

    init() async throws { certificates = try await OwnThread.run { try Certificates() } }

    private func server(_ settings: [String: String]) async throws -> (server: PrivateRedis, port: Int) {
        try await OwnThread.run {
            let server = try PrivateRedis()
            return (server, try server.listenOnTLS(settings, over: server.connection()))
        }
    }

    private func options(_ change: (inout TLSOptions) -> Void = { _ in }) -> ConnectionOptions {
        var options = ConnectionOptions.patient
        options.tls.trustedFile = certificates.authorityFile
        change(&options.tls)
        return options
    }

    private func show(_ pair: Certificates.Pair) -> (inout TLSOptions) -> Void {
        { options in
            options.certificateFile = pair.certificateFile
            options.privateKeyFile = pair.privateKeyFile
        }
    }

    /// Why there is no connection; nil if there is one.
    private func failure(
        _ port: Int,
        host: String = "127.0.0.1",
        _ options: ConnectionOptions
    ) async throws -> RedisError? {
        let address = try RedisAddress(url: "rediss://:hunter2@\(host):\(port)")
        let error = try await OwnThread.run { () -> RedisError? in
            do throws(RedisError) {
                _ = try Handshake(locator: address, options: options).perform()
                return nil
            } catch {
                return error
            }
        }
        #expect(error?.message.contains("hunter2") != true)
        return error
    }

    private func failure(_ port: Int, host: String = "127.0.0.1") async throws -> RedisError? {
        try await failure(port, host: host, options())
    }

    // MARK: Servers to trust

    @Test(arguments: ["127.0.0.1", "localhost"], ["TLSv1.2", "TLSv1.3"])
    func aServerThatIsWhoItSaysIsTrusted(host: String, version: String) async throws {
        let (server, port) = try await server(certificates.settings().merging(["tls-protocols": version]) { $1 })
        let client = try RedisClient(
            address: try RedisAddress(url: "rediss://\(host):\(port)/3"),
            options: options(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: try Wakeup()
        )
        for number in 1...20 {
            #expect(try await client.reply(to: Command("INCR", "n"), before: .now + .seconds(20)) == .integer(number))
        }
        await client.shutdown()
        server.stop()
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func aServerThatDemandsACertificateGetsOne(version: String) async throws {
        let settings = certificates.settings(demandsClientCertificate: true)
        let (server, port) = try await server(settings.merging(["tls-protocols": version]) { $1 })
        #expect(try await failure(port, options(show(certificates.client))) == nil)

        let missing = try await failure(port)
        #expect(missing?.code == .tlsFailed)
        #expect(missing?.message.contains("demands a client certificate; set certificateFile") == true)

        let stranger = try await OwnThread.run { try Certificates() }
        let refused = try await failure(port, options(show(stranger.client)))
        #expect(refused?.code == .tlsFailed)
        #expect(refused?.message.contains("does not trust the authority of our certificate") == true)
        server.stop()
    }

    @Test func serverNameStandsInForTheHost() async throws {
        let pair = try await OwnThread.run { [certificates] in try certificates.forAnotherServer() }
        let (server, port) = try await server(certificates.settings(pair))
        #expect(try await failure(port, options { $0.serverName = "elsewhere.example" }) == nil)
        #expect(try await failure(port, options { $0.serverName = "example" })?.code == .tlsFailed)
        server.stop()
    }

    @Test func renewedFilesAreReadAtTheNextConnect() async throws {
        let stranger = try await OwnThread.run { try Certificates() }
        let (server, port) = try await server(stranger.settings())
        let options = options()
        #expect(try await failure(port, options)?.code == .tlsFailed)
        let authority = try String(contentsOfFile: stranger.authorityFile, encoding: .utf8)
        try authority.write(toFile: certificates.authorityFile, atomically: true, encoding: .utf8)
        #expect(try await failure(port, options) == nil)
        server.stop()
    }

    // MARK: Servers not to trust

    @Test func aCertificateForAnotherServerIsRefused() async throws {
        let pair = try await OwnThread.run { [certificates] in try certificates.forAnotherServer() }
        let (server, port) = try await server(certificates.settings(pair))
        for host in ["127.0.0.1", "localhost"] {
            let error = try await failure(port, host: host)
            #expect(error?.code == .tlsFailed)
            #expect(error?.message.contains("not for '\(host)', it is for 'elsewhere.example'") == true)
        }
        #expect(try await failure(port, options { $0.isInsecure = true }) == nil)
        server.stop()
    }

    @Test func aCertificateByAStrangerIsRefused() async throws {
        let stranger = try await OwnThread.run { try Certificates() }
        let (server, port) = try await server(stranger.settings())
        let error = try await failure(port)
        #expect(error?.code == .tlsFailed)
        #expect(error?.message.contains("signed by nobody that is trusted") == true)
        #expect(error?.message.contains(certificates.authorityFile) == true)
        let bySystem = try await failure(port, options { $0.trustedFile = nil })
        #expect(bySystem?.code == .tlsFailed && bySystem?.message.contains("; set trustedFile") == true)
        #expect(try await failure(port, options { $0.isInsecure = true }) == nil)
        server.stop()
    }

    @Test func anExpiredCertificateIsRefused() async throws {
        let pair = try await OwnThread.run { [certificates] in try certificates.expired() }
        let (server, port) = try await server(certificates.settings(pair))
        let error = try await failure(port)
        #expect(error?.code == .tlsFailed && error?.message == "the server's certificate has expired")
        #expect(try await failure(port, options { $0.isInsecure = true }) == nil)
        server.stop()
    }

    @Test func anOldVersionIsRefused() async throws {
        let old = ["tls-protocols": "TLSv1.1", "tls-ciphers": "DEFAULT@SECLEVEL=0"]
        let (server, port) = try await server(certificates.settings().merging(old) { $1 })
        for isInsecure in [false, true] {
            let error = try await failure(port, options { $0.isInsecure = isInsecure })
            #expect(error?.code == .tlsFailed && error?.message == "the server speaks no TLS 1.2 or later")
        }
        server.stop()
    }

    @Test func aPortWithoutTLSIsNamedAsSuch() async throws {
        let (server, port) = try await OwnThread.run {
            let server = try PrivateRedis()
            guard case .tcp(_, let port) = try server.listenOnTCP(over: server.connection()).endpoint else {
                return (server, 0)
            }
            return (server, port)
        }
        // A Redis waits for the end of what it takes for a command, so only time tells.
        var options = options()
        options.connectTimeout = .milliseconds(500)
        let error = try await failure(port, options)
        #expect(error?.code == .timedOut && error?.message.contains("does it speak TLS on this port?") == true)
        server.stop()
    }

    @Test func whoWaitsForAConnectionIsToldWhyThereIsNone() async throws {
        let stranger = try await OwnThread.run { try Certificates() }
        let (server, port) = try await server(stranger.settings())
        let client = try RedisClient(
            address: try RedisAddress(url: "rediss://127.0.0.1:\(port)"),
            options: options(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: try Wakeup()
        )
        let error = await #expect(throws: RedisError.self) {
            try await client.reply(to: Command("PING"), before: .now + .seconds(3))
        }
        #expect(error?.code == .tlsFailed && error?.mayHaveRun == false)
        #expect(error?.message.contains("signed by nobody that is trusted") == true)
        await client.shutdown()
        server.stop()
    }
}
