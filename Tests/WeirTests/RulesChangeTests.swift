import SeededRandom
import TestSupport
import Testing
import Weir

/// Rules and quotas that are replaced while a limiter or a keeper decides.
@Suite struct RulesChangeTests {
    private static let anna = Descriptor(token: "anna", group: "acme")

    private static func token(_ limit: Int, warnAt: Double? = nil) -> Rule {
        Rule("token", per: .token, limit: Limit(limit, per: .hour), warnAt: warnAt)
    }

    /// Does the same with a limiter on Redis, one that remembers denials, and one in memory.
    private func everywhere(_ rules: [Rule], _ body: (RateLimiter) async throws -> Void) async throws {
        let server = try RedisServer()
        var remembering = RateLimiter.Configuration.patient
        remembering.denialMemory = .minute
        remembering.keyPrefix = "remembering"
        let limiters = [
            try RateLimiter(redis: server.unrestrictedURL, rules: rules, configuration: .patient),
            try RateLimiter(redis: server.unrestrictedURL, rules: rules, configuration: remembering),
            try RateLimiter(inMemory: InMemoryStore(), rules: rules),
        ]
        for limiter in limiters {
            try await body(limiter)
            await limiter.shutdown()
        }
    }

    // MARK: Limits

    @Test func aRaisedLimitHoldsAtOnceAndWhatWasUsedStaysCounted() async throws {
        try await everywhere([Self.token(5)]) { limiter in
            #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
            for _ in 0..<3 { #expect(try await !limiter.acquire(Self.anna).isAllowed) }
            #expect(try limiter.update(rules: [Self.token(8)]) == limiter.update(rules: [Self.token(8)]))
            let usage = try await limiter.acquire(Self.anna, cost: 3).usage
            #expect(usage["token"]?.limit == 8 && usage["token"]?.used == 8 && usage.charged == 3)
            #expect(try await !limiter.acquire(Self.anna).isAllowed)
        }
    }

    @Test func aLoweredLimitDeniesAtOnceUntilEnoughHasLeft() async throws {
        let clock = ManualClock()
        let limiter = try RateLimiter(inMemory: InMemoryStore(clock: clock), rules: [Self.token(8)])
        #expect(try await limiter.acquire(Self.anna, cost: 3).isAllowed)
        clock.advance(by: .seconds(1800))
        #expect(try await limiter.acquire(Self.anna, cost: 3).isAllowed)
        try limiter.update(rules: [Self.token(5)])
        #expect(try await !limiter.acquire(Self.anna).isAllowed)
        clock.advance(by: .seconds(1801))
        #expect(try await limiter.acquire(Self.anna, cost: 2).isAllowed, "the first three have left")
        #expect(try await !limiter.acquire(Self.anna).isAllowed)
    }

    @Test func aLoweredLimitDeniesAtOnceOnRedis() async throws {
        try await everywhere([Self.token(8)]) { limiter in
            #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
            let change = try limiter.update(rules: [Self.token(5)])
            #expect(!change.movesCounts && change.restarted.isEmpty)
            guard case .denied(let denial) = try await limiter.acquire(Self.anna) else {
                Issue.record("admitted over the lowered limit")
                return
            }
            #expect(denial.violated == ["token"] && denial.usage["token"]?.limit == 5)
            #expect(try await limiter.peek(Self.anna)["token"]?.used == 5)
        }
    }

    @Test func allThatKnowsTheRulesFollows() async throws {
        let counted = CountingMetrics()
        var configuration = RateLimiter.Configuration()
        configuration.metrics = counted
        let limiter = try RateLimiter(
            inMemory: InMemoryStore(),
            rules: [Self.token(10, warnAt: 1)],
            configuration: configuration
        )
        #expect(try await !limiter.acquire(Self.anna).usage.isNearLimit)
        let site = Rule("site", per: .endpoint, .token, limit: Limit(7, per: .hour), warnAt: 0.1)
        let rules = [Self.token(10, warnAt: 0.2), site]
        try limiter.update(rules: rules)
        #expect(limiter.rules == rules)
        let descriptor = Descriptor(token: "anna", endpoint: "/", group: "acme")
        let usage = try await limiter.acquire(descriptor).usage
        #expect(usage["token"]?.isNearLimit == true && usage["site"]?.isNearLimit == true)
        #expect(counted.counts(of: "weir_near_limit") == ["weir_near_limit token": 1, "weir_near_limit site": 1])
        #expect(counted.counts["weir_decisions token allowed memory"] == 2, "one counter before and after")
        try await limiter.setOverride(LimitOverride(0), of: "site", for: descriptor)
        #expect(try await limiter.reset(descriptor, rules: ["site"]) == 1)
        try limiter.update(rules: [Self.token(10)])
        await #expect(throws: WeirError.self) { try await limiter.reset(descriptor, rules: ["site"]) }
        #expect(try await limiter.acquire(descriptor).isAllowed, "a rule that is gone blocks nobody")
    }

    // MARK: What starts anew

    @Test func aNewOwnerMovesTheCountsAndIsToldAsAWarning() async throws {
        let log = RecordedLog()
        var configuration = RateLimiter.Configuration()
        configuration.logger = log.logger
        let limiter = try RateLimiter(
            inMemory: InMemoryStore(),
            rules: [Self.token(5)],
            configuration: configuration
        )
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed)
        let group = Rule("group", per: .group, limit: Limit(100, per: .day))
        let change = try limiter.update(rules: [Self.token(5), group])
        #expect(change.movesCounts && change.restarted == ["token"])
        #expect(log.warnings.count == 1 && log.warnings[0].contains("rules=token"))
        #expect(try await limiter.acquire(Self.anna, cost: 5).isAllowed, "under the group they start at zero")
    }

    @Test func aRuleThatCountsByOtherPartsStartsAnewAlone() async throws {
        let group = Rule("group", per: .group, limit: Limit(100, per: .day))
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: [Self.token(5), group])
        let descriptor = Descriptor(token: "anna", endpoint: "/", group: "acme")
        #expect(try await limiter.acquire(descriptor).isAllowed)
        let narrower = Rule("token", per: .token, .endpoint, limit: Limit(5, per: .hour))
        let change = try limiter.update(rules: [group, narrower])
        #expect(!change.movesCounts && change.restarted == ["token"])
        let usage = try await limiter.peek(descriptor)
        #expect(usage["token"]?.used == 0 && usage["group"]?.used == 1)
        #expect(try limiter.update(rules: [group]).restarted.isEmpty, "what is left out does not start anew")
    }

    @Test func anInvalidSetChangesNothing() async throws {
        let log = RecordedLog()
        var configuration = RateLimiter.Configuration()
        configuration.logger = log.logger
        let rules = [Self.token(2)]
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: rules, configuration: configuration)
        #expect(try await limiter.acquire(Self.anna).isAllowed)
        let invalid = [
            [], [Self.token(9), Self.token(9)],
            [Self.token(9), Rule("no name", per: .token, limit: Limit(9, per: .day))],
            [
                Self.token(9), Rule("user", per: .user, limit: Limit(9, per: .day)),
                Rule("e", observing: .endpoint, per: .day),
            ],
        ]
        for set in invalid {
            let error = #expect(throws: WeirError.self) { try limiter.update(rules: set) }
            #expect(error?.code == .invalidRule)
        }
        #expect(limiter.rules == rules && log.lines.isEmpty)
        #expect(try await limiter.acquire(Self.anna).usage["token"]?.limit == 2)
        #expect(try await !limiter.acquire(Self.anna).isAllowed)
    }

    // MARK: At the same time

    @Test func aDecisionUnderWayEndsByTheRulesThatItBeganWith() async throws {
        let store = InterruptedStore()
        let limiter = try RateLimiter(store: store, rules: [Self.token(5)], configuration: .patient)
        store.interrupt { _ = try? limiter.update(rules: [Self.token(1)]) }
        #expect(try await limiter.acquire(Self.anna, cost: 2).usage["token"]?.limit == 5)
        #expect(try await !limiter.acquire(Self.anna).isAllowed)
    }

    @Test func whileRulesChangeNoMoreIsAdmittedThanTheLargestLimit() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let server = try RedisServer()
        let limiters = try (0..<2).map { _ in
            try RateLimiter(redis: server.url, rules: [Self.token(40)], configuration: .patient)
        }
        let limits = (0..<400).map { _ in generator.number(40...60) } + [50]
        let admitted = try await withThrowingTaskGroup { tasks in
            for caller in 0..<40 {
                tasks.addTask {
                    var admitted = [0, 0, 0, 0]
                    for turn in 0..<50 {
                        let token = (caller + turn) % 4
                        let decision = try await limiters[caller % 2].acquire(Descriptor(token: "t\(token)"))
                        #expect((40...60).contains(decision.usage["token"]?.limit ?? 0))
                        if decision.isAllowed { admitted[token] += 1 }
                    }
                    return admitted
                }
            }
            for limit in limits {
                for limiter in limiters { try limiter.update(rules: [Self.token(limit)]) }
                await Task.yield()
            }
            return try await tasks.reduce(into: [0, 0, 0, 0]) { sum, admitted in
                for token in sum.indices { sum[token] += admitted[token] }
            }
        }
        #expect(admitted.allSatisfy { (40...60).contains($0) }, "\(admitted)")
        for limiter in limiters {
            try limiter.update(rules: [Self.token(39)])
            for token in 0..<4 {
                let decision = try await limiter.acquire(Descriptor(token: "t\(token)"))
                #expect(!decision.isAllowed && decision.usage["token"]?.used == admitted[token])
            }
            await limiter.shutdown()
        }
    }

    // MARK: Quotas

    @Test func quotasChangeAndWhatIsUsedStaysUsed() async throws {
        let server = try RedisServer()
        let quotas = Quotas(sites: 1, creations: CreationQuota(limit: 2, monthlyGrowth: 0))
        let keepers = [
            try QuotaKeeper(redis: server.url, quotas: quotas, configuration: .patient),
            try QuotaKeeper(inMemory: InMemoryStore(), quotas: quotas),
        ]
        for keeper in keepers {
            #expect(try await keeper.create(by: "anna", count: 2).isCreated)
            #expect(try await keeper.register(site: "a.example", for: "acme", application: "crm").isRegistered)
            #expect(try await !keeper.register(site: "b.example", for: "acme", application: "crm").isRegistered)
            var larger = quotas
            larger.sites = 2
            larger.creations = CreationQuota(limit: 3, monthlyGrowth: 0)
            try keeper.update(quotas: larger)
            #expect(keeper.quotas == larger)
            #expect(try await keeper.create(by: "anna").isCreated)
            #expect(try await !keeper.create(by: "anna").isCreated)
            #expect(try await keeper.register(site: "b.example", for: "acme", application: "crm").isRegistered)
            try keeper.update(quotas: quotas)
            #expect(try await keeper.creations(by: "anna").used == 3)
            #expect(try await !keeper.create(by: "anna").isCreated)
            let error = #expect(throws: WeirError.self) { try keeper.update(quotas: Quotas(sites: -1)) }
            #expect(error?.code == .invalidQuota && keeper.quotas == quotas)
            await keeper.shutdown()
        }
    }
}
