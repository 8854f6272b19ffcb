import InMemoryTracing
import TestSupport
import Testing
import Tracing
import Weir

/// The spans around decisions, for whoever traces.
@Suite struct TracingTests {
    private static let rules = [
        Rule("token", per: .token, limit: Limit(3, per: .hour)),
        Rule("group", per: .group, limit: Limit(100, per: .day)),
    ]
    private static let anna = Descriptor(token: "anna", group: "acme")

    private func configuration(_ tracer: InMemoryTracer) -> RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration.patient
        configuration.tracer = tracer
        return configuration
    }

    private func attributes(_ span: FinishedInMemorySpan) -> [String: String] {
        var attributes: [String: String] = [:]
        span.attributes.forEach { name, value in
            switch value {
            case .string(let text): attributes[name] = text
            case .int64(let number): attributes[name] = "\(number)"
            case .int32(let number): attributes[name] = "\(number)"
            case .stringArray(let texts): attributes[name] = texts.joined(separator: ",")
            default: attributes[name] = "\(value)"
            }
        }
        return attributes
    }

    @Test func aDecisionIsASpanOfItsTask() async throws {
        let server = try RedisServer()
        let tracer = InMemoryTracer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration(tracer))
        try await tracer.withSpan("request") { _ in
            #expect(try await limiter.acquire(Self.anna, cost: 2).isAllowed)
            #expect(try await !limiter.acquire(Self.anna, cost: 2).isAllowed)
            _ = try await limiter.peek(Self.anna)
        }
        let spans = tracer.popFinishedSpans()
        #expect(spans.map(\.operationName) == ["weir.acquire", "weir.acquire", "request"])
        #expect(spans[0].kind == .client && spans[0].parentSpanID == spans[2].spanID)
        #expect(spans[0].errors.isEmpty && spans[0].status == nil)
        var expected = [
            "weir.rules": "token,group", "weir.outcome": "allowed", "weir.source": "redis", "weir.cost": "2",
            "db.system": "redis",
        ]
        #expect(attributes(spans[0]) == expected)
        expected["weir.outcome"] = "denied"
        #expect(attributes(spans[1]) == expected)
        await limiter.shutdown()
    }

    @Test func anErrorIsRecordedByItsCodeAlone() async throws {
        let tracer = InMemoryTracer()
        let limiter = try RateLimiter(
            inMemory: InMemoryStore(),
            rules: Self.rules,
            configuration: configuration(tracer)
        )
        await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna, cost: 4) }
        let span = try #require(tracer.popFinishedSpans().first)
        #expect(attributes(span)["weir.outcome"] == "failed" && attributes(span)["db.system"] == nil)
        #expect(span.status == SpanStatus(code: .error, message: "never_possible"))
        let error = try #require(span.errors.first?.error as? WeirError)
        #expect(error.code == .neverPossible && !error.message.contains("token"))
    }

    @Test func whatAPolicyDecidesIsNoFailureAndHasItsReason() async throws {
        let tracer = InMemoryTracer()
        let store = InterruptedStore()
        var configuration = configuration(tracer)
        configuration.failurePolicy = .allow
        let limiter = try RateLimiter(store: store, rules: Self.rules, configuration: configuration)
        store.fail(with: WeirError(.timedOut, "of acme"))
        #expect(try await limiter.acquire(Self.anna).isAllowed)
        let span = try #require(tracer.popFinishedSpans().first)
        #expect(attributes(span)["weir.outcome"] == "allowed" && attributes(span)["weir.source"] == "policy")
        #expect(span.status == nil && span.errors.count == 1)
        #expect((span.errors[0].error as? WeirError)?.code == .timedOut)
        #expect(!"\(span)".contains("acme"))
    }

    @Test func quotasAreSpansToo() async throws {
        let tracer = InMemoryTracer()
        let quotas = Quotas(sites: 0, creations: CreationQuota(limit: 5, monthlyGrowth: 0))
        let keeper = try QuotaKeeper(
            inMemory: InMemoryStore(),
            quotas: quotas,
            configuration: configuration(tracer)
        )
        #expect(try await keeper.create(by: "anna", count: 3).isCreated)
        #expect(try await !keeper.register(site: "a.example", for: "acme", application: "crm").isRegistered)
        _ = try await keeper.creations(by: "anna")
        let spans = tracer.popFinishedSpans()
        #expect(spans.map(\.operationName) == ["weir.create", "weir.register"])
        #expect(spans.allSatisfy { $0.kind == .client })
        #expect(attributes(spans[0]) == ["weir.cost": "3", "weir.outcome": "allowed"])
        #expect(attributes(spans[1]) == ["weir.cost": "1", "weir.outcome": "denied"])
    }
}
