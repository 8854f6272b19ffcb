import LocalServers
import TestSupport
import Testing
import Weir

/// What a probe is told, through the life of a real server.
@Suite struct ReadinessTests {
    private static let rules = [Rule("token", per: .token, limit: Limit(1_000_000, per: .hour))]
    private static let anna = Descriptor(token: "anna")

    private var configuration: RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration.patient
        configuration.failurePolicy = .allow
        return configuration
    }

    @Test func inMemoryItIsAlwaysReady() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: Self.rules)
        let keeper = try QuotaKeeper(inMemory: InMemoryStore())
        #expect(limiter.readiness == .ready && keeper.readiness == .ready)
    }

    @Test func itFollowsAServerThatEndsAndReturns() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration)
        let keeper = try QuotaKeeper(redis: server.url, configuration: configuration)
        #expect(limiter.readiness == .notReady(reason: .connecting))
        #expect(keeper.readiness == .notReady(reason: .connecting) && !keeper.readiness.isServing)
        try await limiter.connect()
        try await keeper.connect()
        #expect(limiter.readiness == .ready && keeper.readiness == .ready)
        server.kill()
        #expect(try await eventually { limiter.readiness != .ready && keeper.readiness != .ready }, "asking nobody")
        for readiness in [limiter.readiness, keeper.readiness] {
            #expect(readiness.isServing && readiness.description == "degraded unreachable")
        }
        try server.start()
        #expect(try await eventually { limiter.readiness == .ready && keeper.readiness == .ready }, "by itself")
        await limiter.shutdown()
        await keeper.shutdown()
        #expect(limiter.readiness == .notReady(reason: .shutDown))
        #expect(keeper.readiness == .notReady(reason: .shutDown))
    }

    @Test func aServerThatWasNeverThereIsNoReasonToHaveRequests() async throws {
        let server = try RedisServer()
        server.kill()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration)
        await #expect(throws: WeirError.self) { try await limiter.connect() }
        #expect(limiter.readiness.description == "not_ready unreachable")
        try server.start()
        #expect(try await eventually { limiter.readiness == .ready })
        await limiter.shutdown()
    }

    @Test func whatOnlyAPersonCanMendIsNotReady() async throws {
        let server = try RedisServer()
        let url = "unix://weir:wrong@\(server.socket)"
        let limiter = try RateLimiter(redis: url, rules: Self.rules, configuration: configuration)
        await #expect(throws: WeirError.self) { try await limiter.connect() }
        #expect(limiter.readiness.description == "not_ready refused")
        await limiter.shutdown()
    }

    @Test func aPasswordThatIsTakenAwayIsNotReadyThoughItWas() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration)
        try await limiter.connect()
        try server.command("ACL", "SETUSER", "weir", "resetpass", ">other")
        try server.command("CLIENT", "KILL", "USER", "weir")
        #expect(try await eventually { limiter.readiness.description == "not_ready refused" })
        await limiter.shutdown()
    }

    @Test func aBreakerThatIsOpenIsDegradedUntilACallIsAnswered() async throws {
        let store = InterruptedStore()
        var configuration = configuration
        configuration.breakerFailures = 1
        let limiter = try RateLimiter(store: store, rules: Self.rules, configuration: configuration)
        #expect(limiter.readiness == .ready)
        store.fail(with: WeirError(.timedOut, "told"))
        _ = try await limiter.acquire(Self.anna)
        #expect(limiter.readiness == .degraded(reason: .breakerOpen) && limiter.readiness.isServing)
        #expect(
            try await eventually {
                _ = try await limiter.acquire(Self.anna)
                return limiter.readiness == .ready
            }
        )
    }

    @Test func aClusterIsAsReadyAsTheWorstOfItsServers() async throws {
        let cluster = try await TestCluster.start()
        let limiter = try RateLimiter(redis: cluster.url, rules: Self.rules, configuration: configuration)
        let keeper = try QuotaKeeper(redis: cluster.url, configuration: configuration)
        #expect(limiter.readiness == .notReady(reason: .connecting))
        try await limiter.connect()
        try await keeper.connect()
        #expect(limiter.readiness == .ready && keeper.readiness == .ready)
        try await cluster { cluster in try cluster.kill(cluster.primaries()[0]) }
        #expect(try await eventually { limiter.readiness.description == "degraded unreachable" })
        #expect(try await eventually { keeper.readiness.description == "degraded unreachable" })
        await limiter.shutdown()
        await keeper.shutdown()
        #expect(limiter.readiness == .notReady(reason: .shutDown))
    }
}
