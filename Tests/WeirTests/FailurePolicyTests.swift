import TestSupport
import Testing
import Weir

/// What a limiter does when its Redis does not decide: on real ones that are killed, stopped and filled.
@Suite struct FailurePolicyTests {
    private static let token = Rule("token", per: .token, limit: Limit(4, per: .hour))
    private static let anna = Descriptor(token: "anna", endpoint: "GET /", group: "acme", application: "crm")
    private static let outages: Set<WeirError.Code> = [.unreachable, .connectionLost, .timedOut, .breakerOpen]

    private func limiter(
        _ server: RedisServer,
        _ policy: FailurePolicy,
        _ rules: [Rule] = [token],
        _ change: (inout RateLimiter.Configuration) -> Void = { _ in }
    ) throws -> RateLimiter {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(100)
        configuration.failurePolicy = policy
        change(&configuration)
        return try RateLimiter(redis: server.url, rules: rules, configuration: configuration)
    }

    private func denial(_ decision: Decision) throws -> Denial {
        guard case .denied(let denial) = decision else { throw RedisServer.Failure(description: "it was admitted") }
        return denial
    }

    // MARK: Each policy

    @Test func whatIsAllowedGoesOnUncounted() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server, .allow)
        server.kill()
        for _ in 0..<20 {
            let decision = try await limiter.acquire(Self.anna)
            let usage = decision.usage
            #expect(decision.isAllowed && usage.source == .policy && "\(usage.source)" == "policy")
            #expect(usage.rules.isEmpty && usage.charged == 0 && usage.tightest == nil && !usage.isNearLimit)
            #expect(usage.time > .seconds(1_700_000_000))
            #expect(Self.outages.contains(try #require(usage.failure).code))
        }
        #expect(try await limiter.acquire(Self.anna, cost: 1000).isAllowed, "nobody knows that this is above the limit")
        #expect(try await limiter.acquire(Self.anna, upTo: 3).usage.charged == 0)
        await limiter.shutdown()
    }

    @Test func whatIsDeniedNamesItsRulesAndGuessesAWait() async throws {
        let server = try RedisServer()
        let rules = [
            Self.token, Rule("seen", observing: .token, per: .hour),
            Rule("group", per: .group, limit: Limit(9, per: .day)),
        ]
        let limiter = try limiter(server, .deny, rules)
        server.kill()
        for _ in 0..<20 {
            let denial = try denial(try await limiter.acquire(Self.anna))
            #expect(denial.violated == ["token", "group"] && denial.retryAfter == .seconds(1))
            #expect(denial.usage.rules.isEmpty && denial.usage.charged == 0 && denial.usage.source == .policy)
            #expect(Self.outages.contains(try #require(denial.usage.failure).code))
        }
        await limiter.shutdown()
    }

    @Test func whatFailsThrowsTheError() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server, .fail)
        server.kill()
        var codes: Set<WeirError.Code> = []
        for _ in 0..<20 {
            let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna) }
            codes.insert(try #require(error).code)
        }
        #expect(codes.isSubset(of: Self.outages) && codes.contains(.breakerOpen))
        await limiter.shutdown()
    }

    @Test func whatIsCountedHereGetsItsShareAndNoMore() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server, .local(share: 0.5))
        server.kill()
        for left in [1, 0] {
            let decision = try await limiter.acquire(Self.anna)
            let usage = decision.usage
            #expect(decision.isAllowed && usage.source == .local && "\(usage.source)" == "local" && usage.charged == 1)
            #expect(usage["token"]?.limit == 2 && usage["token"]?.remaining == left)
            #expect(usage.failure != nil && usage.time > .seconds(1_700_000_000))
        }
        for _ in 0..<10 {
            let denial = try denial(try await limiter.acquire(Self.anna))
            #expect(denial.violated == ["token"] && denial.usage.source == .local && denial.usage.charged == 0)
            let wait = try #require(denial.retryAfter)
            #expect(wait > .minute * 59 && wait <= .hour + .seconds(1))
        }
        let other = Descriptor(token: "ben")
        let above = try denial(try await limiter.acquire(other, cost: 3))
        #expect(above.retryAfter == .seconds(1) && above.violated == ["token"], "3 of 2, but not of 4")
        #expect(try await limiter.acquire(other, upTo: 9).usage.charged == 2)
        await limiter.shutdown()
    }

    @Test func onlyAcquireAsksThePolicy() async throws {
        let server = try RedisServer()
        let rules = [
            Rule("group", per: .group, limit: Limit(9, per: .day)),
            Rule("application", observing: .group, .application, per: .day),
        ]
        for policy in [FailurePolicy.allow, .local(share: 1)] {
            let limiter = try limiter(server, policy, rules)
            server.kill()
            #expect(try await limiter.acquire(Self.anna).isAllowed)
            await #expect(throws: WeirError.self) { try await limiter.peek(Self.anna) }
            await #expect(throws: WeirError.self) { try await limiter.refund(Self.anna) }
            await #expect(throws: WeirError.self) { try await limiter.reset(Self.anna) }
            await #expect(throws: WeirError.self) { try await limiter.usage(of: "acme") }
            await #expect(throws: WeirError.self) { try await limiter.overrides(of: Self.anna) }
            await #expect(throws: WeirError.self) {
                try await limiter.setOverride(LimitOverride(1), of: "group", for: Self.anna)
            }
            await limiter.shutdown()
            let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna) }
            #expect(error?.code == .shutDown, "whatever the policy")
            try server.start()
        }
    }

    @Test func quotasAlwaysFail() async throws {
        let server = try RedisServer()
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(100)
        configuration.failurePolicy = .allow
        let keeper = try QuotaKeeper(redis: server.url, configuration: configuration)
        server.kill()
        for _ in 0..<8 {
            let error = await #expect(throws: WeirError.self) { try await keeper.create(by: "anna") }
            #expect(error.map { Self.outages.subtracting([.breakerOpen]).contains($0.code) } == true)
        }
        await keeper.shutdown()
    }

    @Test func aLimiterInMemoryIgnoresIt() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: [Self.token], configuration: configuration)
        let usage = try await limiter.acquire(Self.anna).usage
        #expect(usage.source == .memory && usage.failure == nil)
    }

    // MARK: Several rules

    @Test func theStrictestRuleDecides() async throws {
        let server = try RedisServer()
        func decide(_ token: FailurePolicy?, _ group: FailurePolicy?, otherwise: FailurePolicy) async throws -> Decision
        {
            let rules = [
                Rule("token", per: .token, limit: Limit(4, per: .hour), whenUnavailable: token),
                Rule("seen", observing: .token, per: .hour),
                Rule("group", per: .group, limit: Limit(10, per: .day), whenUnavailable: group),
            ]
            let limiter = try limiter(server, otherwise, rules)
            do {
                let decision = try await limiter.acquire(Self.anna)
                await limiter.shutdown()
                return decision
            } catch {
                await limiter.shutdown()
                throw error
            }
        }
        server.kill()
        await #expect(throws: WeirError.self) { try await decide(.allow, .fail, otherwise: .allow) }
        await #expect(throws: WeirError.self) { try await decide(.deny, .fail, otherwise: .allow) }
        await #expect(throws: WeirError.self) { try await decide(.deny, nil, otherwise: .fail) }

        let denied = try denial(try await decide(.local(share: 1), .deny, otherwise: .allow))
        #expect(denied.violated == ["group"] && denied.usage.rules.isEmpty && denied.usage.source == .policy)
        #expect(try denial(try await decide(.allow, nil, otherwise: .deny)).violated == ["group"])

        let counted = try await decide(.local(share: 0.5), .allow, otherwise: .allow).usage
        #expect(counted.source == .local && counted.rules.map(\.rule) == ["token"] && counted["token"]?.used == 1)
        let observed = try await decide(nil, .local(share: 0.01), otherwise: .local(share: 0.5))
        let refused = try denial(observed)
        #expect(refused.violated == ["group"] && refused.usage.rules.map(\.used) == [0, 0, 0], "all or nothing")
        #expect(refused.usage.rules.map(\.limit) == [2, nil, 0])
        let allowed = try await decide(.allow, .allow, otherwise: .local(share: 0.5))
        #expect(allowed.isAllowed && allowed.usage.rules.map(\.rule) == ["seen"], "what only counts does so")
        #expect(try await decide(.allow, .allow, otherwise: .deny).isAllowed, "and never refuses")
    }

    @Test func aRuleThatDoesNotApplyHasNoSay() async throws {
        let server = try RedisServer()
        let limits = ["POST /": Limit(1, per: .hour)]
        let rules = [
            Rule("endpoint", per: .token, .endpoint, limits: limits, whenUnavailable: .fail),
            Rule("token", per: .token, limit: Limit(4, per: .hour)),
        ]
        let limiter = try limiter(server, .allow, rules)
        server.kill()
        #expect(try await limiter.acquire(Self.anna).isAllowed)
        await #expect(throws: WeirError.self) {
            try await limiter.acquire(Descriptor(token: "anna", endpoint: "POST /", group: "acme"))
        }
        await limiter.shutdown()
    }

    // MARK: What is an outage

    @Test(arguments: [
        (WeirError.Code.unreachable, true), (.timedOut, true), (.connectionLost, true), (.protocolViolation, true),
        (.refused, true), (.overloaded, true), (.breakerOpen, true), (.cancelled, false), (.shutDown, false),
        (.unreadableWindow, false), (.unreadableOverride, false), (.neverPossible, false), (.invalidDescriptor, false),
    ])
    func onlyAnOutageReachesThePolicy(code: WeirError.Code, isOutage: Bool) async throws {
        let store = InterruptedStore()
        let counted = CountingMetrics()
        var configuration = RateLimiter.Configuration()
        configuration.metrics = counted
        let limiter = try RateLimiter(store: store, rules: [Self.token], configuration: configuration)
        let error = WeirError(code, "told", mayHaveCounted: true)
        store.fail(with: error)
        if isOutage {
            #expect(try await limiter.acquire(Self.anna).usage.failure == error)
        } else {
            let thrown = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna) }
            #expect(thrown == error)
        }
        let expected = ["weir_unknown_outcomes": 1, "weir_policy_decisions allow \(code)": isOutage ? 1 : 0]
        let counts = counted.counts.filter { !$0.key.hasPrefix("weir_decisions ") }
        #expect(counts == expected.filter { $0.value > 0 }.mapValues(Int64.init))
        #expect(try await limiter.acquire(Self.anna).usage.source == .memory)
    }

    @Test func whatCanNeverFitIsAnErrorWhateverThePolicy() async throws {
        let limiter = try RateLimiter(store: InMemoryStore(), rules: [Self.token], configuration: .init())
        let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna, cost: 5) }
        #expect(error?.code == .neverPossible)
    }

    @Test func aForeignValueIsAnErrorWhateverThePolicy() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server, .allow, [Rule("group", per: .group, limit: Limit(5, per: .day))]) {
            $0.deadline = .seconds(10)
        }
        try server.command("SET", "weir:{g=acme}:group", "somebody else's text")
        for _ in 0..<10 {
            let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.anna) }
            #expect(error?.code == .unreadableWindow, "and no failure of Redis")
        }
        await limiter.shutdown()
    }

    // MARK: Denials

    @Test func aDenialNeverReachesThePolicy() async throws {
        let counted = CountingMetrics()
        var configuration = RateLimiter.Configuration()
        configuration.metrics = counted
        configuration.breakerFailures = 1
        let limiter = try RateLimiter(store: InMemoryStore(), rules: [Self.token], configuration: configuration)
        #expect(try await limiter.acquire(Self.anna, cost: 4).isAllowed)
        for _ in 0..<10 {
            let denial = try denial(try await limiter.acquire(Self.anna))
            #expect(denial.usage.source == .memory && denial.usage.failure == nil && denial.violated == ["token"])
        }
        try await limiter.setOverride(LimitOverride(0), of: "token", for: Self.anna)
        #expect(try denial(try await limiter.acquire(Self.anna)).retryAfter == nil)
        let expected: [String: Int64] = ["token allowed memory": 1, "token denied memory": 11]
        #expect(counted.counts == Dictionary(uniqueKeysWithValues: expected.map { ("weir_decisions \($0)", $1) }))
    }

    @Test func whatRedisHasDeniedStaysDeniedWithoutIt() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server, .allow) {
            $0.deadline = .seconds(10)
            $0.denialMemory = .minute
        }
        #expect(try await limiter.acquire(Self.anna, cost: 4).usage.source == .redis)
        #expect(try denial(try await limiter.acquire(Self.anna)).usage.source == .redis)
        server.kill()
        for _ in 0..<10 {
            let denial = try denial(try await limiter.acquire(Self.anna))
            #expect(denial.usage.source == .denialMemory && denial.usage.failure == nil)
        }
        await limiter.shutdown()
    }
}
