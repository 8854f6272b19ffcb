import CoreMetrics
import TestSupport
import Testing
import Weir

/// What is counted and measured of decisions, label by label.
@Suite struct DecisionMetricsTests {
    private static let rules = [
        Rule("token", per: .token, limit: Limit(2, per: .hour)),
        Rule("group", per: .group, limit: Limit(100, per: .day)),
        Rule("application", observing: .group, .application, per: .day),
    ]
    private static let anna = Descriptor(token: "anna", group: "acme", application: "crm")

    private func configuration(
        _ metrics: any MetricsFactory,
        _ policy: FailurePolicy = .fail
    ) -> RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration.patient
        configuration.metrics = metrics
        configuration.failurePolicy = policy
        return configuration
    }

    // MARK: Decisions

    @Test func anAdmissionCountsForEveryRuleAndADenialForTheViolatedOnes() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration(counted))
        for _ in 0..<5 { _ = try await limiter.acquire(Self.anna) }
        #expect(
            counted.counts == [
                "weir_decisions token allowed redis": 2,
                "weir_decisions group allowed redis": 2,
                "weir_decisions application allowed redis": 2,
                "weir_decisions token denied redis": 3,
            ]
        )
        #expect(counted.values["weir_decision_seconds redis"]?.count == 5)
        #expect(
            counted.values.keys.sorted() == [
                "weir_batch_size", "weir_breaker_open", "weir_decision_seconds redis", "weir_queue_depth",
            ]
        )
        await limiter.shutdown()
    }

    @Test func peeksRefundsAndQuestionsThatMakeNoSenseAreNoDecisions() async throws {
        let counted = CountingMetrics()
        let limiter = try RateLimiter(
            inMemory: InMemoryStore(),
            rules: Self.rules,
            configuration: configuration(counted)
        )
        _ = try await limiter.peek(Self.anna)
        _ = try await limiter.refund(Self.anna)
        _ = try await limiter.reset(Self.anna)
        _ = try? await limiter.acquire(Self.anna, cost: 0)
        _ = try? await limiter.acquire(Descriptor(token: "anna"))
        #expect(counted.counts.isEmpty && counted.values.isEmpty)
    }

    @Test func anErrorFailsForEveryRuleByWhoeverSaidSo() async throws {
        let counted = CountingMetrics()
        let store = InterruptedStore()
        let token = [Self.rules[0]]
        let limiter = try RateLimiter(store: store, rules: token, configuration: configuration(counted))
        store.fail(with: WeirError(.timedOut, "told", mayHaveCounted: true))
        _ = try? await limiter.acquire(Self.anna)
        store.fail(with: WeirError(.cancelled, "told"))
        _ = try? await limiter.acquire(Self.anna)
        _ = try? await limiter.acquire(Self.anna, cost: 3)
        #expect(
            counted.counts(of: "weir_decisions") == [
                "weir_decisions token failed policy": 1,
                "weir_decisions token failed redis": 2,
            ]
        )
        #expect(counted.values["weir_decision_seconds policy"]?.count == 1)
        #expect(counted.values["weir_decision_seconds redis"]?.count == 2)
        let memory = CountingMetrics()
        let inMemory = try RateLimiter(inMemory: InMemoryStore(), rules: token, configuration: configuration(memory))
        _ = try? await inMemory.acquire(Self.anna, cost: 3)
        #expect(memory.counts == ["weir_decisions token failed memory": 1])
    }

    @Test(arguments: [
        (FailurePolicy.allow, "weir_decisions token allowed policy"),
        (.deny, "weir_decisions token denied policy"),
        (.local(share: 1), "weir_decisions token allowed local"),
        (.local(share: 0.5), "weir_decisions token denied local"),
    ])
    func whatRedisDidNotDecideIsCountedByWhoeverDid(policy: FailurePolicy, expected: String) async throws {
        let counted = CountingMetrics()
        let store = InterruptedStore()
        store.divide(among: 2, gone: 2)
        let token = [Self.rules[0]]
        let limiter = try RateLimiter(store: store, rules: token, configuration: configuration(counted, policy))
        _ = try await limiter.acquire(Self.anna, cost: 2)
        #expect(counted.counts(of: "weir_decisions") == [expected: 1])
    }

    @Test func theLabelsAreThese() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        let limiter = try RateLimiter(
            redis: server.url,
            rules: [Self.rules[0]],
            configuration: configuration(counted)
        )
        let keeper = try QuotaKeeper(inMemory: InMemoryStore(), configuration: configuration(counted))
        _ = try await limiter.acquire(Self.anna)
        let quotas = ["creations", "sites"].flatMap { quota in
            ["allowed", "denied", "failed"].map { "weir_quota_decisions quota=\(quota) outcome=\($0)" }
        }
        let expected = [
            "weir_batch_size", "weir_breaker_open", "weir_breaker_opened",
            "weir_decision_seconds source=redis",
            "weir_decisions rule=token outcome=allowed source=redis",
            "weir_decisions rule=token outcome=denied source=redis",
            "weir_local_settled", "weir_near_limit rule=token", "weir_queue_depth", "weir_unknown_outcomes",
        ]
        #expect(counted.made.sorted() == (expected + quotas).sorted())
        await limiter.shutdown()
        await keeper.shutdown()
    }

    /// Of whoever comes to a metric first, all others have to find the same one.
    @Test func noDecisionIsLostWhenManyCountForTheFirstTime() async throws {
        let counted = CountingMetrics()
        let store = InMemoryStore()
        let rules = (1...8).map { Rule("r\($0)", per: .token, limit: Limit(1, per: .hour)) }
        let limiter = try RateLimiter(inMemory: store, rules: rules, configuration: configuration(counted))
        await withTaskGroup { tasks in
            for token in 0..<200 {
                tasks.addTask { _ = try? await limiter.acquire(Descriptor(token: "\(token)"), cost: 2) }
            }
        }
        let expected = rules.map { ("weir_decisions \($0.name) failed memory", Int64(200)) }
        #expect(counted.counts == Dictionary(uniqueKeysWithValues: expected))
    }

    // MARK: Batches

    @Test func everyDecisionIsInOneBatchThatWasWaitedFor() async throws {
        let server = try RedisServer()
        let counted = CountingMetrics()
        let rules = [Rule("token", per: .token, limit: Limit(1000, per: .hour))]
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: configuration(counted))
        try await limiter.connect()
        try await withThrowingTaskGroup { tasks in
            for token in 0..<500 {
                tasks.addTask { _ = try await limiter.acquire(Descriptor(token: "\(token)")) }
            }
            try await tasks.waitForAll()
        }
        let sizes = try #require(counted.values["weir_batch_size"])
        let depths = try #require(counted.values["weir_queue_depth"])
        #expect(sizes.reduce(0, +) == 500 && sizes.allSatisfy { (1...128).contains($0) })
        #expect(depths.count == sizes.count)
        #expect(depths.allSatisfy { $0 >= 1 }, "whoever is in the batch has waited")
        await limiter.shutdown()
    }

    // MARK: Quotas

    @Test func quotasAreCountedByWhatBecameOfThem() async throws {
        let counted = CountingMetrics()
        let store = InMemoryStore()
        let quotas = Quotas(sites: 1, creations: CreationQuota(limit: 2, monthlyGrowth: 0))
        let keeper = try QuotaKeeper(inMemory: store, quotas: quotas, configuration: configuration(counted))
        _ = try await keeper.create(by: "anna")
        _ = try await keeper.create(by: "anna", upTo: 5)
        _ = try await keeper.create(by: "anna")
        _ = try? await keeper.create(by: "")
        _ = try await keeper.release(by: "anna")
        _ = try await keeper.creations(by: "anna")
        for site in ["a.example", "a.example", "b.example"] {
            _ = try await keeper.register(site: site, for: "acme", application: "crm")
        }
        _ = try await keeper.siteUsage(of: "acme")
        _ = try await keeper.unregister(site: "a.example", for: "acme")
        #expect(
            counted.counts == [
                "weir_quota_decisions creations allowed": 2,
                "weir_quota_decisions creations denied": 1,
                "weir_quota_decisions creations failed": 1,
                "weir_quota_decisions sites allowed": 2,
                "weir_quota_decisions sites denied": 1,
            ]
        )
    }
}
