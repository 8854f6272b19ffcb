import CoreMetrics
import TestSupport
import Testing
import Weir

/// A limiter that repeats denials by itself, on a real Redis.
@Suite struct DenialMemoryTests {
    private static let token = Rule("token", per: .token, limit: Limit(5, per: .hour))
    private static let anna = Descriptor(token: "anna", group: "acme")

    private func configuration() -> RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration.patient
        configuration.denialMemory = .minute
        return configuration
    }

    private func limiter(_ server: RedisServer) throws -> RateLimiter {
        try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration())
    }

    private func denial(_ limiter: RateLimiter, cost: Int = 1) async throws -> Denial {
        guard case .denied(let denial) = try await limiter.acquire(Self.anna, cost: cost) else {
            throw RedisServer.Failure(description: "it was admitted")
        }
        return denial
    }

    /// How often the server has been asked for decisions.
    private func questions(_ server: RedisServer) throws -> Int {
        let name = "cmdstat_evalsha:calls="
        let lines = try server.command("INFO", "commandstats").split(whereSeparator: \.isNewline)
        let line = try #require(lines.first { $0.hasPrefix(name) })
        return try #require(Int(line.dropFirst(name.count).prefix { $0 != "," }))
    }

    @Test func aRepeatedDenialCostsRedisNothing() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server)
        #expect(try await limiter.acquire(Self.anna, cost: 5).usage.source == .redis)
        let first = try await denial(limiter)
        #expect(first.usage.source == .redis)
        let firstWait = try #require(first.retryAfter)
        let asked = try questions(server)
        var last = first
        for _ in 0..<100 {
            let next = try await denial(limiter)
            #expect(next.usage.source == .denialMemory && next.violated == ["token"])
            #expect(next.usage["token"]?.used == 5 && next.usage["token"]?.remaining == 0 && next.usage.charged == 0)
            let (wait, lastWait) = (try #require(next.retryAfter), try #require(last.retryAfter))
            #expect(wait > .zero && wait <= lastWait)
            #expect(next.usage.time >= last.usage.time)
            // Whoever waits as told comes at the same time as if it had waited as told at first.
            #expect(next.usage.time + wait == first.usage.time + firstWait)
            last = next
        }
        #expect(try await limiter.acquire(Self.anna, upTo: 3).usage.source == .denialMemory, "at least one, too")
        #expect(try questions(server) == asked)
        await limiter.shutdown()
    }

    @Test func smallerCostsPeeksAndOtherSubjectsAskRedis() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server)
        #expect(try await limiter.acquire(Self.anna, cost: 3).isAllowed)
        #expect(try await denial(limiter, cost: 3).usage.source == .redis)
        #expect(try await denial(limiter, cost: 3).usage.source == .denialMemory)
        #expect(try await denial(limiter, cost: 4).usage.source == .denialMemory)
        #expect(try await denial(limiter, cost: 3).usage.source == .denialMemory)
        #expect(try await limiter.peek(Self.anna).source == .redis)
        #expect(try await limiter.acquire(Self.anna, cost: 2).isAllowed, "a smaller cost fits")
        #expect(try await limiter.acquire(Descriptor(token: "ben"), cost: 3).isAllowed)
        let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna, cost: 6) }
        #expect(error?.code == .neverPossible)
        await limiter.shutdown()
    }

    @Test func whatTheLimiterGivesBackIsThereAtOnce() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server)
        func refuse() async throws {
            #expect(try await denial(limiter).usage.source == .redis)
            #expect(try await denial(limiter).usage.source == .denialMemory)
        }
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
        try await refuse()
        try await limiter.refund(Self.anna)
        #expect(try await limiter.acquire(Self.anna).isAllowed)
        try await refuse()
        try await limiter.setOverride(LimitOverride(6), of: "token", for: Self.anna)
        #expect(try await limiter.acquire(Self.anna).isAllowed)
        try await refuse()
        try await limiter.setOverride(LimitOverride(0), of: "token", for: Self.anna)
        try await refuse()
        #expect(try await denial(limiter).retryAfter == nil, "blocked")
        try await limiter.removeOverride(of: "token", for: Self.anna)
        #expect(try await denial(limiter).retryAfter != nil)
        #expect(try await limiter.reset(Self.anna) == 1)
        #expect(try await limiter.acquire(Self.anna).isAllowed)
        await limiter.shutdown()
    }

    /// The price of it, as documented; nothing is admitted too much.
    @Test func whatAnotherInstanceGivesBackIsSeenLater() async throws {
        let server = try RedisServer()
        let instance = try limiter(server)
        let other = try limiter(server)
        #expect(try await instance.acquire(Self.anna, cost: 5).isAllowed)
        #expect(try await denial(instance).usage.source == .redis)
        try await other.refund(Self.anna)
        #expect(try await denial(instance).usage.source == .denialMemory)
        #expect(try await other.acquire(Self.anna).isAllowed)
        await instance.shutdown()
        await other.shutdown()
    }

    @Test func afterItsTimeRedisIsAskedAgain() async throws {
        let server = try RedisServer()
        var configuration = configuration()
        configuration.denialMemory = .milliseconds(50)
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
        for _ in 0..<3 {
            #expect(try await eventually { try await denial(limiter).usage.source == .denialMemory })
            #expect(try await eventually { try await denial(limiter).usage.source == .redis })
        }
        await limiter.shutdown()
    }

    @Test func aLargerCostIsToldWhichRulesHaveNoRoomForIt() async throws {
        let server = try RedisServer()
        let group = Rule("group", per: .group, limit: Limit(7, per: .hour))
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token, group], configuration: configuration())
        #expect(try await limiter.acquire(Self.anna, cost: 3).isAllowed)
        #expect(try await denial(limiter, cost: 3).violated == ["token"])
        let larger = try await denial(limiter, cost: 5)
        #expect(larger.usage.source == .denialMemory && larger.violated == ["token", "group"])
        await limiter.shutdown()
    }

    @Test func byDefaultEveryDenialAsksRedis() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: .patient)
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
        let asked = try questions(server)
        for _ in 0..<10 { #expect(try await denial(limiter).usage.source == .redis) }
        #expect(try questions(server) == asked + 10)
        await limiter.shutdown()
    }

    @Test func afterItsShutdownItSaysNothing() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server)
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
        for _ in 0..<2 { _ = try await denial(limiter) }
        await limiter.shutdown()
        let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna) }
        #expect(error?.code == .shutDown)
    }

    @Test func denialsAreCountedBySource() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        var configuration = configuration()
        configuration.metrics = counted
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
        for _ in 0..<4 { _ = try await denial(limiter) }
        _ = try await limiter.peek(Self.anna)
        #expect(
            counted.counts == [
                "weir_decisions token allowed redis": 1,
                "weir_decisions token denied redis": 1,
                "weir_decisions token denied denialMemory": 3,
            ]
        )
        await limiter.shutdown()
    }

    // MARK: On its way

    private static let terms = Terms(limit: 1, period: 3_600_000_000, slices: 128)
    private static let window = Window(key: Array("window".utf8), terms: terms)
    private static let charge = DecisionRequest([window], cost: 1)
    private static let refund = DecisionRequest([window], cost: -1)

    @Test func aDenialThatARefundOvertakesIsNotRemembered() async throws {
        let slow = InterruptedStore()
        let store = RememberingStore(slow, configuration: configuration())
        #expect(try await store.decide(Self.charge).status == .allowed(charged: 1))
        slow.interrupt { _ = try? await store.decide(Self.refund) }
        #expect(try await store.decide(Self.charge).source == .memory)
        #expect(store.known(Self.charge) == nil)
        #expect(try await store.decide(Self.charge).status == .allowed(charged: 1))
    }

    @Test func aRefundThatSeemsToHaveFailedIsBelieved() async throws {
        let slow = InterruptedStore()
        let store = RememberingStore(slow, configuration: configuration())
        _ = try await store.decide(Self.charge)
        // The refund is done at once, its answer is lost; what was denied before must not be told after it.
        #expect(try await store.decide(Self.charge).source == .memory)
        #expect(store.known(Self.charge)?.usage.source == .denialMemory)
        slow.fail(with: WeirError(.timedOut, "no answer", mayHaveCounted: true))
        await #expect(throws: WeirError.self) { try await store.decide(Self.refund) }
        #expect(store.known(Self.charge) == nil)
        #expect(try await store.decide(Self.charge).status == .allowed(charged: 1))
    }
}
