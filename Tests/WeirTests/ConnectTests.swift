import Foundation
import TestSupport
import Testing
import Weir

/// What is wrong with a server, or with our rights there, is said when the service starts, not at the first request.
@Suite struct ConnectTests {
    private static let rules = [Rule("group", per: .group, limit: Limit(5, per: .minute))]

    /// The rights that `deploy/weir.acl` gives, one by one.
    private static func readRights() throws -> [String] {
        let line = try Repository.text("deploy/weir.acl").split(separator: "\n").first { $0.hasPrefix("user weir ") }
        return (line ?? "").split(separator: " ").map(String.init).filter { $0.hasPrefix("+") || $0.hasPrefix("~") }
    }

    private static let rightsInACluster = ["+cluster|slots", "+asking"]

    private func connecting(
        to url: String,
        _ configuration: RateLimiter.Configuration = .patient
    ) async throws -> [WeirError] {
        let limiter = try RateLimiter(redis: url, rules: Self.rules, configuration: configuration)
        let keeper = try QuotaKeeper(redis: url, configuration: configuration)
        var errors: [WeirError] = []
        do throws(WeirError) { try await limiter.connect() } catch { errors.append(error) }
        do throws(WeirError) { try await keeper.connect() } catch { errors.append(error) }
        await limiter.shutdown()
        await keeper.shutdown()
        return errors
    }

    @Test func withAllRightsThereIsNothingToSay() async throws {
        let server = try RedisServer()
        #expect(try await connecting(to: server.url + "?db=1").isEmpty)
        #expect(try server.command("-n", "1", "DBSIZE") == "0", "the look at the rights leaves nothing behind")
    }

    @Test func anyMissingRightIsNamed() async throws {
        // One server never needs the last two.
        let rights = try Self.readRights().filter { !Self.rightsInACluster.contains($0) }
        #expect(rights.count > 20)
        let line =
            try Repository.text("deploy/weir.acl").split(separator: "\n").first { $0.hasPrefix("user weir ") } ?? ""
        #expect(try Repository.text("README.md").contains(line), "both say the same")
        let server = try RedisServer()
        for right in rights {
            let rest = rights.filter { $0 != right }
            _ = try server.cli(["ACL", "SETUSER", "weir", "reset", "on", ">\(RedisServer.password)", "-@all"] + rest)
            let errors = try await connecting(to: server.url + "?db=1")
            #expect(!errors.isEmpty, "\(right)")
            for error in errors {
                #expect(error.code == .refused && !error.isRetryable && !error.mayHaveCounted)
                #expect(error.message.contains(right == "~weir:*" ? "~weir:*" : "\(right)"), "\(right): \(error)")
                #expect(!error.description.contains(RedisServer.password))
            }
        }
    }

    @Test func aServiceDoesNotStartWithWhatOnlyAPersonCanMend() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(
            redis: "unix://weir:wrong@\(server.socket)",
            rules: Self.rules,
            configuration: .patient
        )
        await #expect(throws: WeirError.self) { try await limiter.run() }
        let keeper = try QuotaKeeper(redis: "unix://weir:wrong@\(server.socket)", configuration: .patient)
        await #expect(throws: WeirError.self) { try await keeper.run() }
    }

    @Test func aServiceStartsThoughRedisIsAwayForNow() async throws {
        let server = try RedisServer()
        server.kill()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: .patient)
        let run = Task { try await limiter.run() }
        try server.start()
        #expect(try await limiter.acquire(Descriptor(group: "acme")).usage.source == .redis)
        await limiter.shutdown()
        run.cancel()
        _ = await run.result
    }

    @Test(arguments: [
        ("a server that is too old", ["version", "6.0.16", "mode", "standalone", "role", "master"], "6.2 or later"),
        ("a Valkey replica", ["version", "7.2.4", "mode", "standalone", "role", "slave"], "replica"),
        ("a Sentinel", ["version", "7.0.15", "mode", "sentinel"], "Sentinel"),
        ("a replica", ["version", "7.0.15", "mode", "standalone", "role", "replica"], "replica"),
    ])
    func serversThatAreOfNoUse(what: String, says: [String], culprit: String) async throws {
        let parts = ["server", what.contains("Valkey") ? "valkey" : "redis"] + says
        let hello = "*\(parts.count)\r\n" + parts.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        let server = try ScriptedServer([.send(hello), .silence])
        let errors = try await connecting(to: "unix://\(server.path)")
        #expect(errors.count == 2 && errors.allSatisfy { $0.message.contains(culprit) }, "\(what): \(errors)")
        #expect(errors.allSatisfy { $0.isRetryable == what.hasSuffix("replica") }, "a replica may be promoted")
    }

    /// A server that does not know `HELLO` is greeted otherwise; what it says of that is not handed on, for it may repeat it.
    @Test func aServerThatRepeatsWhatItWasSentDoesNotBetrayThePassword() async throws {
        let unknown = "-ERR unknown command `HELLO`, with args beginning with: `2`\r\n"
        let betrayal = "-ERR unknown command `AUTH`, with args beginning with: `me`, `hunter2`\r\n"
        let server = try ScriptedServer([.send(unknown), .send(betrayal)])
        let errors = try await connecting(to: "unix://me:hunter2@\(server.path)")
        #expect(errors.count == 2 && !"\(errors)".contains("hunter2"))
    }

    @Test func aServerThatKnowsNoHelloIsTooOldIfItLacksWhatScriptsNeed() async throws {
        let unknown = "-ERR unknown command `HELLO`, with args beginning with: `2`\r\n"
        let old = "*1\r\n$3\r\nold\r\n"
        let server = try ScriptedServer([
            .send(unknown), .answer("+x\r\n+x\r\n\(old)\(old)$0\r\n\r\n", to: "memory\r\n"),
        ])
        let limiter = try RateLimiter(redis: "unix://\(server.path)", rules: Self.rules, configuration: .patient)
        let error = await #expect(throws: WeirError.self) { try await limiter.connect() }
        #expect(error?.code == .unsuitable && error?.message.contains("6.2") == true)
        await limiter.shutdown()
    }

    @Test func tlsThatNobodySpeaksIsAMistake() {
        var configuration = RateLimiter.Configuration()
        configuration.tls.serverName = "redis.example"
        #expect(throws: WeirError.self) {
            try RateLimiter(redis: "redis://localhost", rules: Self.rules, configuration: configuration)
        }
    }

    @Test func aServerThatWantsAPassword() async throws {
        let server = try RedisServer("requirepass", "root")
        let errors = try await connecting(to: server.unrestrictedURL)
        #expect(errors.count == 2 && errors.allSatisfy { $0.code == .refused && $0.message.contains("password") })
        #expect(try await connecting(to: "unix://:root@\(server.socket)").isEmpty)
    }

    @Test func aServerThatEvictsIsWarnedAbout() async throws {
        let server = try RedisServer("maxmemory-policy", "allkeys-lru")
        let log = RecordedLog()
        var configuration = RateLimiter.Configuration.patient
        configuration.logger = log.logger
        #expect(try await connecting(to: server.url, configuration).isEmpty)
        #expect(log.warnings.contains { $0.contains("allkeys-lru") && $0.contains("noeviction") })
    }

    @Test func credentialsAreAskedForAtEachConnect() async throws {
        let server = try RedisServer()
        let password = Box("first")
        try server.command("ACL", "SETUSER", "weir", "resetpass", ">first")
        var configuration = RateLimiter.Configuration.patient
        configuration.credentials = { Credentials(user: "weir", password: await password.value) }
        let limiter = try RateLimiter(redis: server.unrestrictedURL, rules: Self.rules, configuration: configuration)
        #expect(try await limiter.acquire(Descriptor(group: "acme")).usage.source == .redis)
        try server.command("ACL", "SETUSER", "weir", "resetpass", ">second")
        await password.set("second")
        try server.command("CLIENT", "KILL", "USER", "weir")
        #expect(try await eventually { try server.command("CLIENT", "LIST").contains("user=weir") })
        await limiter.shutdown()
    }

    @Test func credentialsThatCannotBeHadAreSaidAndNotShown() async throws {
        struct Vault: Error { let secret = "hunter2" }
        let server = try RedisServer()
        var configuration = RateLimiter.Configuration.patient
        configuration.credentials = { throw Vault() }
        let errors = try await connecting(to: server.url, configuration)
        #expect(errors.count == 2 && errors.allSatisfy { $0.code == .unreachable && $0.message.contains("Vault") })
        #expect(!"\(errors)".contains("hunter2"))
        #expect(!String(reflecting: Credentials(user: "u", password: "hunter2")).contains("hunter2"))
    }
}

private actor Box {
    private(set) var value: String

    init(_ value: String) { self.value = value }

    func set(_ value: String) { self.value = value }
}
