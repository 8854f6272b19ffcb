import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// A limiter whose Redis is found by Sentinels, all of them real.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SentinelTests {
    private static let token = Rule("token", per: .token, limit: Limit(10_000, per: .hour))
    private static let anna = Descriptor(token: "anna")
    private static let other = Descriptor(token: "other")

    private func sentinels(
        _ change: @escaping @Sendable (inout SentinelSettings) -> Void = { _ in }
    ) async throws -> PrivateSentinels {
        try await OwnThread.run {
            var settings = SentinelSettings()
            change(&settings)
            return try PrivateSentinels(settings)
        }
    }

    private func limiter(
        _ url: String,
        _ configuration: RateLimiter.Configuration = .patient
    ) throws -> RateLimiter {
        try RateLimiter(redis: url, rules: [Self.token], configuration: configuration)
    }

    /// Why a limiter cannot connect; nil if it can.
    private func failure(
        _ url: String,
        _ configuration: RateLimiter.Configuration = .patient
    ) async throws -> WeirError? {
        let limiter = try limiter(url, configuration)
        var failure: WeirError?
        do throws(WeirError) {
            try await limiter.connect()
            let usage = try await limiter.acquire(Self.anna).usage
            #expect(usage.source == .redis)
        } catch {
            failure = error
        }
        await limiter.shutdown()
        return failure
    }

    /// Asks all the time while something else is done; tells what went wrong.
    private func asking<Result>(
        _ limiter: RateLimiter,
        while body: () async throws -> Result
    ) async throws -> (Result, decided: Int, errors: [WeirError]) {
        let asking = Task {
            var (decided, errors) = (0, [WeirError]())
            while !Task.isCancelled {
                do throws(WeirError) {
                    _ = try await limiter.acquire(Self.other)
                    decided += 1
                } catch {
                    if error.code != .cancelled { errors.append(error) }
                }
                try? await Task.sleep(for: .milliseconds(2))
            }
            return (decided, errors)
        }
        defer { asking.cancel() }
        let result = try await body()
        asking.cancel()
        let (decided, errors) = await asking.value
        return (result, decided, errors)
    }

    private func port(_ log: RecordedLog) -> String? {
        log.lines.last { $0.contains("connected to Redis") }?.split(separator: ":").last.map(String.init)
    }

    // MARK: Failover

    @Test func decisionsGoOnAtTheNextPrimary() async throws {
        let servers = try await sentinels()
        let log = RecordedLog()
        var configuration = RateLimiter.Configuration.patient
        configuration.logger = log.logger
        let limiter = try limiter(servers.url, configuration)
        for _ in 0..<50 { #expect(try await limiter.acquire(Self.anna).usage.source == .redis) }
        try await OwnThread.run { try servers.waitUntilInSync() }
        let (killed, decided, errors) = try await asking(limiter) {
            let old = try await OwnThread.run { try servers.killPrimary() }
            let new = try await OwnThread.run { try servers.waitForAnotherPrimary(than: old) }
            #expect(try await eventually { port(log) == "\(new)" })
            return old
        }
        // Nobody has waited ten seconds: what was on its way when the primary died is all that can be in doubt.
        #expect(errors.count <= 1 && errors.allSatisfy(\.mayHaveCounted), "\(errors)")
        #expect(decided > 0)
        #expect(try await limiter.peek(Self.anna)["token"]?.used == 50, "what replicas had is not lost")
        #expect(log.lines.contains { $0.hasPrefix("notice connected to Redis") })

        // The old one comes back as a replica, and may become the primary again.
        try await OwnThread.run {
            try servers.startAgain(killed)
            try servers.waitForAnotherPrimary(than: try servers.killPrimary())
        }
        let usage = try await limiter.acquire(Self.anna).usage
        #expect(usage.source == .redis && usage["token"]?.used == 51)
        await limiter.shutdown()
        servers.stop()
    }

    /// A promotion while the old primary runs: it would go on taking writes for ten seconds, and lose them.
    @Test func aPlannedFailoverFailsNoCallAndLosesNothingThatWasThere() async throws {
        let servers = try await sentinels()
        let log = RecordedLog()
        var configuration = RateLimiter.Configuration.patient
        configuration.logger = log.logger
        let limiter = try limiter(servers.url, configuration)
        for _ in 0..<50 { _ = try await limiter.acquire(Self.anna) }
        try await OwnThread.run { try servers.waitUntilInSync() }
        let (new, decided, errors) = try await asking(limiter) {
            let new = try await OwnThread.run { try servers.failOver() }
            #expect(try await eventually { port(log) == "\(new)" })
            return new
        }
        #expect(errors.isEmpty, "\(errors)")
        #expect(decided > 0)
        #expect(try await limiter.peek(Self.anna)["token"]?.used == 50)
        #expect(log.warnings.isEmpty, "leaving a primary is no failure")
        let role = try await OwnThread.run { try servers.connection(to: new).info("replication", "role") }
        #expect(role == "master")
        await limiter.shutdown()
        servers.stop()
    }

    /// One connection of the limiter's listens at a Sentinel, and ends with it.
    @Test func oneConnectionListens() async throws {
        let servers = try await sentinels()
        var configuration = RateLimiter.Configuration.patient
        configuration.clientName = "listener"
        let limiter = try limiter(servers.url, configuration)
        func listeners() async throws -> Int {
            try await OwnThread.run {
                let lists = try servers.sentinels.filter { $0.processIdentifier != nil }.map { sentinel in
                    try sentinel.connection().reply(to: Command("CLIENT", "LIST")).string ?? ""
                }
                return lists.joined().split(separator: "\n").count {
                    $0.contains("name=listener ") && $0.contains("sub=2")
                }
            }
        }
        #expect(try await listeners() == 0, "nothing is connected before it is wanted")
        try await limiter.connect()
        #expect(try await eventually { try await listeners() == 1 })
        try await OwnThread.run { servers.sentinels[0].kill() }
        #expect(try await eventually { try await listeners() == 1 }, "the next Sentinel is listened to")
        await limiter.shutdown()
        #expect(try await eventually { try await listeners() == 0 })
        servers.stop()
    }

    // MARK: Finding

    @Test func halfOfTheSentinelsMayBeAway() async throws {
        let servers = try await sentinels { $0.sentinels = 4 }
        try await OwnThread.run {
            servers.sentinels[0].freeze()
            servers.sentinels[1].kill()
        }
        #expect(try await failure(servers.url) == nil)
        servers.stop()
    }

    @Test func whatIsWrongIsSaid() async throws {
        let servers = try await sentinels()
        let unknown = try #require(try await failure(servers.url(name: "nobody")))
        #expect(unknown.code == .unsuitable && unknown.message.contains("'nobody'"))
        #expect(unknown.message.contains("sentinel monitor"))
        let redis = try #require(try await failure(servers.url(sentinels: servers.ports)))
        #expect(redis.code == .unsuitable && redis.message.contains("a Redis and not a Sentinel"))
        let away = try #require(try await failure("redis+sentinel://127.0.0.1:1,127.0.0.1:2/weir"))
        #expect(away.code == .unreachable && away.message.contains("127.0.0.1:1, 127.0.0.1:2"))
        let reversed = try #require(try await failure("redis://127.0.0.1:\(servers.sentinels[0].port)"))
        #expect(reversed.code == .unsuitable && reversed.message.contains("redis+sentinel://"))
        servers.stop()
    }

    // MARK: Passwords and TLS

    @Test func sentinelsHavePasswordsOfTheirOwn() async throws {
        let servers = try await sentinels { settings in
            settings.password = "of the data"
            settings.sentinelPassword = "of the sentinels"
        }
        #expect(try await failure(servers.url) == nil)
        let ofData = try #require(try await failure(servers.url(password: "hunter2")))
        #expect(ofData.code == .refused && ofData.message.contains("the primary 'weir'"))
        let place = servers.url.replacing(/\?.*/, with: "")
        let none = try #require(try await failure(place))
        #expect(none.code == .refused && none.message.contains("sentinel-password"))
        let wrong = try #require(try await failure(place + "?sentinel-password=hunter2"))
        #expect(wrong.code == .refused && wrong.message.contains("the Sentinel refuses"))
        #expect(!"\(ofData)\(none)\(wrong)".contains("hunter2"))

        // The same by a provider.
        var configuration = RateLimiter.Configuration.patient
        configuration.sentinelCredentials = { Credentials(password: "of the sentinels") }
        configuration.credentials = { Credentials(password: "of the data") }
        #expect(try await failure(place, configuration) == nil)
        servers.stop()
    }

    @Test func tlsIsSpokenWithTheDataAloneOrWithAll() async throws {
        let certificates = try await OwnThread.run { try Certificates() }
        let servers = try await sentinels { $0.certificates = certificates }
        let distrustful = try #require(try await failure(servers.url))
        #expect(distrustful.code == .tlsFailed && distrustful.message.contains("the primary 'weir'"))
        var configuration = RateLimiter.Configuration.patient
        configuration.tls.trustedFile = certificates.authorityFile
        #expect(try await failure(servers.url, configuration) == nil)
        #expect(try await failure(servers.url(isEncrypted: true), configuration) == nil)

        // Of the Sentinels alone nothing is trusted.
        configuration.sentinelTLS = TLSConfiguration()
        let encrypted = servers.sentinels.map(\.encryptedPort)
        let strange = try #require(try await failure(servers.url(sentinels: encrypted), configuration))
        #expect(strange.code == .tlsFailed && strange.message.contains("no Sentinel"))
        configuration.sentinelTLS?.trustedFile = certificates.authorityFile
        #expect(try await failure(servers.url(sentinels: encrypted), configuration) == nil)
        servers.stop()
    }
}
