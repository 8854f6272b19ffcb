import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirHTTP

/// Bodies in other forms than Weir's own, to the letter.
@Suite struct RefusalFormTests {
    private static let rules = [
        Rule("endpoint", per: .token, limit: Limit(1, per: .minute)),
        Rule("group", per: .group, limit: Limit(1, per: .day)),
    ]
    private static let descriptor = Descriptor(token: "t", group: "acme")

    private func denial(_ limiter: RateLimiter) async throws -> Denial {
        while case .allowed = try await limiter.acquire(Self.descriptor) {}
        guard case .denied(let denial) = try await limiter.acquire(Self.descriptor) else {
            throw RedisServer.Failure(description: "admitted")
        }
        return denial
    }

    private func denialInMemory() async throws -> Denial {
        let store = InMemoryStore(clock: ManualClock(), startingAt: .seconds(1_800_000_000))
        return try await denial(RateLimiter(inMemory: store, rules: Self.rules))
    }

    @Test func aProblemNamesEveryRuleThatRefused() async throws {
        let response = Refusals(form: .problem).response(to: try await denialInMemory())
        #expect(response.status == .tooManyRequests)
        #expect(response.contentType == "application/problem+json")
        #expect(
            response.body
                == #"{"code":"rateLimitReached","detail":"Too many requests. Try again in 86401 seconds.","limit":1,"#
                + #""retryAfter":86401,"status":429,"title":"Request cannot be satisfied as assigned quota has been "#
                + #"exceeded","type":"https://iana.org/assignments/http-problem-types#quota-exceeded","#
                + #""violated-policies":["endpoint","group"]}"#
        )
    }

    @Test func aProblemHasTheStatusOfTheRule() async throws {
        let refusals = Refusals(
            byRule: ["endpoint": Refusal(status: .init(code: 402), code: "pay", message: "Please pay.")],
            form: .problem
        )
        let response = refusals.response(to: try await denialInMemory())
        #expect(response.status.code == 402)
        #expect(
            response.body.hasPrefix(#"{"code":"pay","detail":"Please pay.","limit":1,"retryAfter":86401,"status":402,"#)
        )
    }

    @Test func aProblemOfARedisThatDoesNotDecideIsAnother() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .deny
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: Self.rules,
            configuration: configuration
        )
        let response = Refusals(form: .problem).response(to: try await denial(limiter))
        await limiter.shutdown()
        #expect(response.status == .serviceUnavailable)
        #expect(
            response.body
                == #"{"code":"temporarilyUnavailable","detail":"The limit cannot be checked now. Try again in 1 second.","#
                + #""retryAfter":1,"status":503,"title":"Request cannot be satisfied due to temporary server capacity "#
                + #"constraints","type":"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity","#
                + #""violated-policies":["endpoint","group"]}"#
        )
    }

    @Test func aServiceMayHaveABodyOfItsOwn() async throws {
        let refusals = Refusals(
            form: .custom { denial in
                RefusalResponse(
                    .init(code: 420),
                    contentType: "text/plain",
                    body: "\(denial.violated) \(denial.usage["endpoint"]?.used ?? 0)"
                )
            }
        )
        let response = refusals.response(to: try await denialInMemory())
        #expect(response.status.code == 420 && response.contentType == "text/plain")
        #expect(response.body == #"["endpoint", "group"] 1"#)
    }

    @Test func theCreationQuotaMaySayItsCodeAlone() async throws {
        let keeper = try QuotaKeeper(
            inMemory: InMemoryStore(),
            quotas: Quotas(creations: CreationQuota(limit: 1, monthlyGrowth: 1))
        )
        let usage = try await keeper.create(by: "anna", count: 2).usage
        let response = RefusalResponse(
            exhausted: usage,
            form: .custom { _ in RefusalResponse(.forbidden, body: #"{"code":"objectCreationQuotaReached"}"#) }
        )
        #expect(response.status == .forbidden)
        #expect(response.contentType == "application/json; charset=utf-8")
        #expect(response.body == #"{"code":"objectCreationQuotaReached"}"#)
    }

    @Test func quotasAreProblemsToo() async throws {
        // 31 January 2027, 10:00:00 UTC.
        let store = InMemoryStore(clock: ManualClock(), startingAt: .seconds(1_801_389_600))
        let quotas = Quotas(sites: 0, creations: CreationQuota(limit: 2, monthlyGrowth: 1))
        let keeper = try QuotaKeeper(inMemory: store, quotas: quotas)
        _ = try await keeper.create(by: "anna", count: 2)
        let objects = RefusalResponse(exhausted: try await keeper.create(by: "anna").usage, form: .problem)
        #expect(objects.status == .forbidden && objects.contentType == "application/problem+json")
        #expect(
            objects.body
                == #"{"code":"objectCreationQuotaReached","count":2,"detail":"No more than 2 objects can be created. "#
                + #"It grows at 2027-02-28T10:00:00Z.","limit":2,"nextGrowth":"2027-02-28T10:00:00Z","status":403,"#
                + #""title":"Request cannot be satisfied as assigned quota has been exceeded","#
                + #""type":"https://iana.org/assignments/http-problem-types#quota-exceeded","#
                + #""violated-policies":["creations"]}"#
        )
        let refused = try await keeper.register(site: "a.example", for: "acme", application: "crm")
        let sites = RefusalResponse(refused: refused.usage, form: .problem)
        #expect(
            sites.body
                == #"{"code":"siteQuotaReached","count":0,"detail":"Application developer has exceeded maximum number of "#
                + #"client installations. Please contact the developer.","limit":0,"status":403,"#
                + #""title":"Request cannot be satisfied as assigned quota has been exceeded","#
                + #""type":"https://iana.org/assignments/http-problem-types#quota-exceeded","#
                + #""violated-policies":["sites"]}"#
        )
    }
}
