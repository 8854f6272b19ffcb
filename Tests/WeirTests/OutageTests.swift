import TestSupport
import Testing
import Weir

/// The course of an outage: Redis is given up, comes back, and is told what was counted without it.
@Suite(.timeLimit(.minutes(3))) struct OutageTests {
    private static let token = Rule("token", per: .token, limit: Limit(100, per: .hour))
    private static let anna = Descriptor(token: "anna", group: "acme", application: "crm")
    /// Somebody whose requests find out that Redis is there again.
    private static let other = Descriptor(token: "other", group: "other", application: "other")

    private static func configuration(_ policy: FailurePolicy) -> RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(1)
        configuration.failurePolicy = policy
        return configuration
    }

    /// Asks until Redis has decided; returns how often it had not.
    @discardableResult
    private func untilRedisDecides(_ limiter: RateLimiter, _ descriptor: Descriptor = other) async throws -> Int {
        for turn in 0..<3000 {
            if try await limiter.acquire(descriptor).usage.source == .redis { return turn }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw RedisServer.Failure(description: "Redis does not come back")
    }

    /// Whether a shared count becomes `expected` while others ask; each of their requests is a chance to tell Redis.
    private func becomes(
        _ expected: Int,
        _ rule: String,
        _ limiter: RateLimiter,
        of descriptor: Descriptor = anna
    ) async throws -> Bool {
        for _ in 0..<1500 {
            _ = try await limiter.acquire(Self.other)
            let used = try? await limiter.peek(descriptor)[rule]?.used
            if used == expected { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// A server that keeps what it has acknowledged when it is killed.
    private func lastingServer() throws -> RedisServer {
        try RedisServer("appendonly", "yes", "appendfsync", "always")
    }

    /// Makes the server refuse every write, and after `body` no more.
    private func filled(_ server: RedisServer, _ body: () async throws -> Void) async throws {
        try server.command("CONFIG", "SET", "maxmemory", "1")
        try await body()
        try server.command("CONFIG", "SET", "maxmemory", "0")
    }

    // MARK: The breaker

    @Test func aDeadRedisIsGivenUpAndFoundAgain() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        let log = RecordedLog()
        var configuration = Self.configuration(.allow)
        configuration.metrics = counted
        configuration.logger = log.logger
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        try await untilRedisDecides(limiter)
        server.kill()
        var without = 0
        while counted.gauges["weir_breaker_open"] != 1 {
            let usage = try await limiter.acquire(Self.anna).usage
            #expect(usage.source == .policy)
            without += 1
        }
        var codes: Set<WeirError.Code> = []
        for _ in 0..<200 { codes.insert(try #require(try await limiter.acquire(Self.anna).usage.failure).code) }
        #expect(codes.contains(.breakerOpen))
        try server.start()
        without += 200 + (try await untilRedisDecides(limiter, Self.anna))

        let said = log.lines
        let opened = said.filter { $0.hasPrefix("warning Redis fails") }
        let closed = said.filter { $0.hasPrefix("notice Redis decides again") }
        #expect(counted.gauges["weir_breaker_open"] == 0)
        let counts = counted.counts
        // On a busy machine a call may miss its deadline when all is well.
        #expect(opened.count == closed.count && !opened.isEmpty)
        #expect(counts["weir_breaker_opened"] == Int64(opened.count))
        let decided = counts.filter { $0.key.hasPrefix("weir_policy_decisions allow ") }
        #expect(decided.values.reduce(0, +) >= Int64(without))
        #expect(try #require(decided["weir_policy_decisions allow breaker_open"]) > 100)
        let reason = try #require(opened.first)
        #expect(["unreachable", "connection_lost", "timed_out"].contains { reason.contains($0) })
        #expect(said.filter { $0.hasPrefix("error") }.isEmpty && closed[0].contains("unanswered"))
        await limiter.shutdown()
    }

    @Test func withoutABreakerEveryCallAsks() async throws {
        let server = try RedisServer()
        var configuration = Self.configuration(.allow)
        configuration.breakerFailures = 0
        configuration.deadline = .milliseconds(5)
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        server.kill()
        for _ in 0..<20 {
            let failure = try await limiter.acquire(Self.anna).usage.failure
            #expect(failure != nil && failure?.code != .breakerOpen)
        }
        await limiter.shutdown()
    }

    @Test func aProbeThatIsCancelledLeavesItsPlaceToTheNext() async throws {
        let store = InterruptedStore()
        var configuration = Self.configuration(.allow)
        configuration.breakerFailures = 1
        let limiter = try RateLimiter(store: store, rules: [Self.token], configuration: configuration)
        store.fail(with: WeirError(.unreachable, "away", isRetryable: true))
        #expect(try await limiter.acquire(Self.anna).usage.failure?.code == .unreachable)
        store.fail(with: WeirError(.cancelled, "given up"))
        var thrown: WeirError?
        while thrown == nil {
            do throws(WeirError) {
                #expect(try await limiter.acquire(Self.anna).usage.failure?.code == .breakerOpen)
            } catch {
                thrown = error
            }
        }
        #expect(thrown?.code == .cancelled)
        #expect(try await limiter.acquire(Self.anna).usage.source == .memory, "the very next one asks")
    }

    /// The same with a real Redis that says nothing, and a task that is really cancelled.
    @Test func aCancelledCallIsNoFailure() async throws {
        let server = try RedisServer()
        var configuration = Self.configuration(.allow)
        configuration.breakerFailures = 1
        configuration.deadline = .seconds(30)
        configuration.stallLimit = .seconds(30)
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        try await untilRedisDecides(limiter)
        server.stopForAWhile()
        for _ in 0..<3 {
            let task = Task { try await limiter.acquire(Self.anna) }
            task.cancel()
            let error = await #expect(throws: WeirError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
        server.goOn()
        #expect(try await limiter.acquire(Self.anna).usage.source == .redis)
        await limiter.shutdown()
    }

    @Test func aStoppedRedisCostsFewCallsTheirDeadline() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        var configuration = Self.configuration(.deny)
        configuration.metrics = counted
        configuration.deadline = .milliseconds(50)
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        while try await limiter.acquire(Self.other).usage.source != .redis {}
        server.stopForAWhile()
        for _ in 0..<5000 { #expect(try await !limiter.acquire(Self.anna).isAllowed) }
        let counts = counted.counts
        // Until the breaker opens, the line itself turns away who would wait behind a call that is not answered.
        let quick = ["breaker_open", "overloaded"].map { counts["weir_policy_decisions deny \($0)"] ?? 0 }
        #expect(quick.reduce(0, +) > 4000)
        #expect(try #require(counts["weir_unknown_outcomes"]) >= 1, "the first was sent, and the next waited for it")
        server.goOn()
        try await untilRedisDecides(limiter)
        await limiter.shutdown()
    }

    // MARK: Telling Redis

    @Test func whatWasCountedHereIsAddedToTheSharedCount() async throws {
        let server = try lastingServer()
        let counted = CountingMetrics()
        var configuration = Self.configuration(.local(share: 0.5))
        configuration.metrics = counted
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        try await untilRedisDecides(limiter)
        server.kill()
        var owed = 0
        for _ in 0..<20 {
            let decision = try await limiter.acquire(Self.anna)
            #expect(decision.isAllowed && decision.usage.source == .local)
            if decision.usage.failure?.mayHaveCounted == false { owed += 1 }
        }
        #expect(owed >= 15)
        try server.start()
        #expect(try await becomes(owed, "token", limiter))
        #expect(try #require(counted.counts["weir_local_settled"]) >= Int64(owed))
        #expect(
            try await limiter.acquire(Self.anna).usage["token"]?.used == owed + 1,
            "once, and from then on by Redis"
        )
        await limiter.shutdown()
    }

    /// What was sent to a Redis that had stopped counts when it goes on, and is not added again.
    @Test func whatMayHaveCountedIsNotAddedAgain() async throws {
        let server = try RedisServer()
        var configuration = Self.configuration(.local(share: 1))
        configuration.deadline = .milliseconds(100)
        configuration.breakerFailures = 0
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        try await untilRedisDecides(limiter)
        server.stopForAWhile()
        let usages = try await withThrowingTaskGroup { group in
            for _ in 0..<90 { group.addTask { try await limiter.acquire(Self.anna).usage } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(usages.allSatisfy { $0.source == .local && $0.charged == 1 })
        let sent = usages.count { $0.failure?.mayHaveCounted == true }
        #expect(sent > 0)
        server.goOn()
        #expect(try await becomes(90, "token", limiter))
        #expect(try await limiter.acquire(Self.anna).usage["token"]?.used == 91)
        await limiter.shutdown()
    }

    /// With breakers and without: what is owed to a server that is gone is passed over, or fails each time.
    @Test(arguments: [0, 5]) func aServerThatIsGoneDoesNotKeepTheOthersFromBeingTold(failures: Int) async throws {
        let store = InterruptedStore()
        var configuration = Self.configuration(.local(share: 0.5))
        configuration.breakerFailures = failures
        let limiter = try RateLimiter(store: store, rules: [Self.token], configuration: configuration)
        let owners = (0..<200).map { Descriptor(token: "\($0)") }
        store.divide(among: 2, gone: 2)
        for owner in owners { #expect(try await limiter.acquire(owner).usage.source == .local) }
        store.divide(among: 2, gone: 1)
        var (there, gone): ([Descriptor], [Descriptor]) = ([], [])
        for owner in owners {
            if await used(owner, limiter) == nil { gone.append(owner) } else { there.append(owner) }
        }
        #expect(there.count > 33 && gone.count > 33, "more than are told at once")
        // The last ones ask, so that their servers are found to be there.
        let askers = [there.removeLast(), gone.removeLast()]
        #expect(try await areTold(there, askers, limiter))
        for owner in gone { #expect(await used(owner, limiter) == nil) }
        store.divide(among: 2, gone: 0)
        #expect(try await areTold(there + gone, askers, limiter))
        await limiter.shutdown()
    }

    /// What the shared count of an owner is, nil if its server is gone.
    private func used(_ owner: Descriptor, _ limiter: RateLimiter) async -> Int? {
        try? await limiter.peek(owner)["token"]?.used
    }

    /// Whether one unit of each of them becomes known to the store while others ask.
    private func areTold(_ owners: [Descriptor], _ askers: [Descriptor], _ limiter: RateLimiter) async throws -> Bool {
        for _ in 0..<1500 {
            for asker in askers { _ = try await limiter.acquire(asker) }
            var told = 0
            for owner in owners where await used(owner, limiter) == 1 { told += 1 }
            if told == owners.count { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func theSharedCountNeverExceedsItsLimit() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(
            redis: server.url,
            rules: [Self.token],
            configuration: Self.configuration(.local(share: 0.5))
        )
        try await untilRedisDecides(limiter)
        while try await limiter.acquire(Self.anna, cost: 85).usage.source != .redis {}
        try await filled(server) {
            var admitted = 0
            for _ in 0..<60 where try await limiter.acquire(Self.anna).isAllowed { admitted += 1 }
            #expect(admitted == 50, "half of 100, whatever Redis holds")
        }
        #expect(try await becomes(100, "token", limiter))
        for _ in 0..<50 {
            _ = try await limiter.acquire(Self.other)
            #expect(try await limiter.peek(Self.anna)["token"]?.used == 100)
        }
        await limiter.shutdown()
    }

    @Test func theApplicationsStillAddUpToTheirGroup() async throws {
        let server = try RedisServer()
        let rules = [
            Rule("group", per: .group, limit: Limit(1000, per: .day), whenUnavailable: .local(share: 0.1)),
            Rule("application", observing: .group, .application, per: .day),
            Rule("token", per: .token, limit: Limit(500, per: .day)),
        ]
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: Self.configuration(.allow))
        try await untilRedisDecides(limiter)
        try await filled(server) {
            for turn in 0..<90 {
                let application = ["crm", "shop", "mail"][turn % 3]
                let descriptor = Descriptor(token: "t\(turn % 7)", group: "acme", application: application)
                let usage = try await limiter.acquire(descriptor).usage
                #expect(usage.source == .local && usage.rules.map(\.rule) == ["group", "application"])
                #expect(usage["group"]?.limit == 100 && usage["group"]?.used == turn + 1)
                #expect(usage["application"]?.used == turn / 3 + 1)
            }
        }
        #expect(try await becomes(90, "group", limiter))
        let usage = try await limiter.usage(of: "acme")
        #expect(usage.usage.used == 90 && usage["crm"] == 30 && usage["shop"] == 30 && usage["mail"] == 30)
        await limiter.shutdown()
    }

    @Test func manyWindowsAreToldAndNoneTwice() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        var configuration = Self.configuration(.local(share: 1))
        configuration.deadline = .seconds(10)
        configuration.metrics = counted
        let limiter = try RateLimiter(redis: server.url, rules: [Self.token], configuration: configuration)
        try await untilRedisDecides(limiter)
        try await filled(server) {
            for turn in 0..<1000 {
                let decision = try await limiter.acquire(Descriptor(token: "t\(turn % 500)"))
                #expect(decision.isAllowed)
            }
        }
        #expect(try await becomes(2, "token", limiter, of: Descriptor(token: "t499")))
        for token in 0..<500 {
            #expect(try await becomes(2, "token", limiter, of: Descriptor(token: "t\(token)")))
        }
        #expect(try #require(counted.counts["weir_local_settled"]) >= 1000, "the others' are among them")
        await limiter.shutdown()
    }

    /// Redis goes on answering denials while it is full, and each answer is a chance to tell it, in vain.
    @Test func whatCannotBeToldYetIsToldLater() async throws {
        let server = try RedisServer()
        let rules = [Self.token, Rule("group", per: .group, limit: Limit(1, per: .day), whenUnavailable: .allow)]
        let limiter = try RateLimiter(
            redis: server.url,
            rules: rules,
            configuration: Self.configuration(.local(share: 0.2))
        )
        try await untilRedisDecides(limiter)
        try await filled(server) {
            for _ in 0..<10 { #expect(try await limiter.acquire(Self.anna).isAllowed) }
            // The other's group is full, and a denial needs no room.
            for _ in 0..<100 {
                let decision = try await limiter.acquire(Self.other)
                if decision.usage.source == .redis { #expect(!decision.isAllowed) }
                try await Task.sleep(for: .milliseconds(5))
            }
            // A look that goes out with what is told in vain fails with it.
            #expect(try await eventually { (try? await limiter.peek(Self.anna)["token"]?.used) == 0 })
        }
        #expect(try await becomes(10, "token", limiter))
        await limiter.shutdown()
    }
}
