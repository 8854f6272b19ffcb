import Foundation
import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

/// Status and body of a refusal, to the letter.
@Suite struct RefusalTests {
    private static let rules = [
        Rule("endpoint", per: .token, .endpoint, limit: Limit(2, per: .minute)),
        Rule("group", per: .group, limit: Limit(3, per: .day)),
    ]
    private static let refusals = Refusals(
        byRule: ["group": Refusal(status: .init(code: 402), code: "groupLimitReached", message: "Please pay.")]
    )

    private func denial(_ token: String, after tokens: [String]) async throws -> Denial {
        let clock = ManualClock()
        let store = InMemoryStore(clock: clock, startingAt: .seconds(1_800_000_000))
        let limiter = try RateLimiter(inMemory: store, rules: Self.rules)
        for token in tokens {
            _ = try await limiter.acquire(Descriptor(token: token, endpoint: "/", group: "acme"))
        }
        let decision = try await limiter.acquire(Descriptor(token: token, endpoint: "/", group: "acme"))
        guard case .denied(let denial) = decision else {
            throw RedisServer.Failure(description: "admitted")
        }
        return denial
    }

    @Test func theRuleThatRefusedDecides() async throws {
        let byEndpoint = Self.refusals.response(to: try await denial("a", after: ["a", "a"]))
        #expect(byEndpoint.status == .tooManyRequests)
        #expect(
            byEndpoint.body
                == #"{"code":"rateLimitReached","limit":2,"message":"Too many requests. Try again in 61 seconds.","#
                + #""retryAfter":61,"rule":"endpoint"}"#
        )
        let byGroup = Self.refusals.response(to: try await denial("c", after: ["a", "a", "b"]))
        #expect(byGroup.status.code == 402)
        #expect(
            byGroup.body
                == #"{"code":"groupLimitReached","limit":3,"message":"Please pay.","retryAfter":86401,"rule":"group"}"#
        )
        let byBoth = Self.refusals.response(to: try await denial("a", after: ["a", "a", "b"]))
        #expect(byBoth.status == .tooManyRequests, "the first of the rules decides")
    }

    @Test(arguments: [
        (Duration.nanoseconds(17_000_000_500), 18), (.nanoseconds(500), 1), (.zero, 0), (.seconds(91), 91),
        (.seconds(Int64.max), 9_223_372_036_855),
    ])
    func theBodyTellsNoLessThanTheWaitThatItIsGiven(wait: Duration, seconds: Int) async throws {
        let denial = try await denial("a", after: ["a", "a"])
        let body = Self.refusals.response(to: denial, retryAfter: wait).body
        #expect(body.contains(#""retryAfter":\#(seconds),"#))
    }

    @Test func aBlockPromisesNoWait() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: Self.rules)
        let descriptor = Descriptor(token: "t", endpoint: "/", group: "acme")
        try await limiter.setOverride(LimitOverride(0), of: "group", for: descriptor)
        let decision = try await limiter.acquire(descriptor)
        guard case .denied(let denial) = decision else {
            Issue.record("admitted")
            return
        }
        let fields = try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]]).fields(
            for: decision
        )
        #expect(fields[.retryAfter] == nil)
        #expect(fields[.rateLimit] == "limit=0, remaining=0, reset=86400")
        #expect(fields[.xRateLimitEpochLimit] == "0" && fields[.xRateLimitEpochRemaining] == "0")
        let body = Refusals().response(to: denial).body
        #expect(
            body
                == #"{"code":"rateLimitReached","limit":0,"message":"Too many requests. It has been blocked.","rule":"group"}"#
        )
    }

    @Test func aDenialBecauseRedisDoesNotDecideIs503() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .deny
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: Self.rules,
            configuration: configuration
        )
        let decision = try await limiter.acquire(Descriptor(token: "t", endpoint: "/", group: "acme"))
        await limiter.shutdown()
        guard case .denied(let denial) = decision else {
            Issue.record("admitted")
            return
        }
        let response = Self.refusals.response(to: denial)
        #expect(response.status == .serviceUnavailable, "the limit has not been reached, whatever its refusal is")
        #expect(
            response.body
                == #"{"code":"temporarilyUnavailable","message":"The limit cannot be checked now. Try again in 1 second.","#
                + #""retryAfter":1,"rule":"endpoint"}"#
        )
        let own = Refusals(unavailable: Refusal(status: .tooManyRequests, code: "later", message: "Later."))
        #expect(own.response(to: denial).status == .tooManyRequests)
        #expect(
            own.response(to: denial).body == #"{"code":"later","message":"Later.","retryAfter":1,"rule":"endpoint"}"#
        )
        let fields = try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]]).fields(
            for: decision
        )
        #expect(fields.count == 1 && fields[.retryAfter] == "1", "nothing else is known")
    }

    @Test func whatRedisDidNotDecideHasTheFormOfTheRefusals() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: Self.rules,
            configuration: configuration
        )
        let descriptor = Descriptor(token: "t", endpoint: "/", group: "acme")
        let thrown = await #expect(throws: WeirError.self) { try await limiter.acquire(descriptor) }
        let error = try #require(thrown)
        let response = try #require(Self.refusals.response(to: error))
        #expect(response.status == .serviceUnavailable)
        #expect(
            response.body
                == #"{"code":"temporarilyUnavailable","message":"The limit cannot be checked now. Try again later."}"#
        )
        let problem = try #require(Refusals(form: .problem).response(to: error))
        #expect(problem.contentType == "application/problem+json")
        #expect(
            problem.body
                == #"{"code":"temporarilyUnavailable","detail":"The limit cannot be checked now. Try again later.","#
                + #""status":503,"title":"Request cannot be satisfied due to temporary server capacity constraints","#
                + #""type":"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"}"#
        )
        let own = Refusals(
            form: .custom { denial in
                RefusalResponse(.badGateway, body: "\(denial.violated) \(denial.usage.failure == error)")
            }
        )
        #expect(own.response(to: error) == RefusalResponse(.badGateway, body: "[] true"))
        let gate = RequestGate(limiter: limiter, settings: .init(refusals: own))
        #expect(gate.response(to: error)?.status == .badGateway)
        let mistake = await #expect(throws: WeirError.self) { try await limiter.acquire(Descriptor()) }
        #expect(own.response(to: try #require(mistake)) == nil)
        await limiter.shutdown()
        let late = await #expect(throws: WeirError.self) { try await limiter.acquire(descriptor) }
        #expect(own.response(to: try #require(late)) == nil)
    }

    @Test func aDenialByTheCountsOfTheProcessIsOneAsAnyOther() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .local(share: 0.4)
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: Self.rules,
            configuration: configuration
        )
        // No whole unit of 2 is 0.4 of it.
        let decision = try await limiter.acquire(Descriptor(token: "t", endpoint: "/", group: "acme"))
        await limiter.shutdown()
        guard case .denied(let denial) = decision else {
            Issue.record("admitted")
            return
        }
        let fields = try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]]).fields(
            for: decision
        )
        #expect(fields[.rateLimit] == "limit=0, remaining=0, reset=1" && fields[.retryAfter] == "1")
        #expect(fields[.xRateLimitEpochLimit] == "1" && fields[.xRateLimitEpochRemaining] == "1")
        let response = Self.refusals.response(to: denial)
        #expect(response.status == .tooManyRequests && response.body.contains(#""limit":0"#))
    }

    @Test func nearTheLimitIsTold() async throws {
        let limiter = try RateLimiter(
            inMemory: InMemoryStore(),
            rules: [Rule("group", per: .group, limit: Limit(5, per: .day))]
        )
        var told: [String?] = []
        for _ in 0..<6 {
            let decision = try await limiter.acquire(Descriptor(group: "acme"))
            told.append(RateLimitFields().fields(for: decision)[.xRateLimitWarning])
        }
        #expect(told == [nil, nil, nil, "group", "group", "group"])
    }

    @Test func quotasHaveBodiesOfTheirOwn() async throws {
        let clock = ManualClock()
        // 31 January 2027, 10:00:00 UTC.
        let store = InMemoryStore(clock: clock, startingAt: .seconds(1_801_389_600))
        let quotas = Quotas(sites: 1, creations: CreationQuota(limit: 2, monthlyGrowth: 1))
        let keeper = try QuotaKeeper(inMemory: store, quotas: quotas)
        let early = RefusalResponse(exhausted: try await keeper.create(by: "anna", count: 3).usage)
        #expect(
            early.body
                == #"{"code":"objectCreationQuotaReached","count":0,"limit":2,"message":"No more than 2 objects can be created."}"#
        )
        _ = try await keeper.create(by: "anna", count: 2)
        let response = RefusalResponse(exhausted: try await keeper.create(by: "anna").usage)
        #expect(response.status == .forbidden && response.contentType.hasPrefix("application/json"))
        #expect(
            response.body
                == #"{"code":"objectCreationQuotaReached","count":2,"limit":2,"message":"No more than 2 objects can be created."#
                + #" It grows at 2027-02-28T10:00:00Z.","nextGrowth":"2027-02-28T10:00:00Z"}"#
        )
        _ = try await keeper.register(site: "a.example", for: "acme", application: "crm")
        let refused = try await keeper.register(site: "b.example", for: "acme", application: "crm")
        let sites = RefusalResponse(refused: refused.usage)
        #expect(sites.status == .forbidden)
        #expect(
            sites.body
                == #"{"code":"siteQuotaReached","count":1,"limit":1,"message":"Application developer has exceeded maximum "#
                + #"number of client installations. Please contact the developer."}"#
        )
    }
}
