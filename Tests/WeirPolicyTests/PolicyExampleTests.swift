import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP
import WeirPolicy

/// The policies in `deploy/policies` are the Swift that they stand for.
@Suite struct PolicyExampleTests {
    private static func example(_ name: String) throws -> Policy {
        try Policy(yaml: Repository.text("deploy/policies/\(name).yaml"))
    }

    @Test func theContentAPIKeepsWhatItPublishes() throws {
        let policy = try Self.example("content-api")
        let limits = [
            "POST /objects": Limit(5, per: .minute),
            "GET /objects": Limit(60, per: .minute),
            "GET /sites": Limit(30, per: .minute),
            "PUT /sites/{site}": Limit(10, per: .minute),
        ]
        var expected = Policy(
            title: "Content API",
            introduction:
                "Every limit holds for each API token by itself, in any minute and not in one of the clock.",
            rules: [
                Rule("endpoint", per: .token, .endpoint, limits: limits, otherwise: Limit(60, per: .minute))
            ],
            creations: CreationQuota(limit: 5000, monthlyGrowth: 100),
            failurePolicy: .allow,
            endpoints: policy.endpoints
        )
        expected.responses.dialects = [.dictionary]
        expected.responses.otherwise = Refusal(status: .tooManyRequests, code: "rateLimitReached")
        expected.responses.creations = Refusal(status: .forbidden, code: "objectCreationQuotaReached")
        #expect(policy == expected)
        #expect(policy.quotas == Quotas())
        #expect(
            policy.endpoints.map(\.name) == [
                "GET /objects", "POST /objects", "GET /sites", "PUT /sites/{site}",
            ]
        )
        #expect(policy.endpoints[1].quota == .creations)
    }

    @Test func theDeveloperPortalKeepsWhatItPublishes() throws {
        let policy = try Self.example("developer-portal")
        var expected = Policy(
            title: "Developer portal",
            introduction: "The limits of a developer group hold for all of its applications together.",
            rules: [
                Rule("group", per: .group, limit: Limit(10_000, per: .day), warnAt: 0.8),
                Rule("application", observing: .group, .application, per: .day),
            ],
            sites: 6,
            endpoints: policy.endpoints
        )
        expected.responses.dialects = []
        expected.responses.dialectsByRule = ["group": [.xRateLimitEpoch]]
        expected.responses.refusals = ["group": Refusal(status: .init(code: 402), code: "groupLimitReached")]
        expected.responses.sites = Refusal(
            status: .forbidden,
            code: "siteQuotaReached",
            message:
                "Application developer has exceeded maximum number of client installations. Please contact the developer."
        )
        #expect(policy == expected)
        #expect(policy.responses.sites.message == Registration.refusalMessage)
        #expect(policy.quotas == Quotas())
        #expect(policy.endpoints.last?.quota == .sites)
    }

    @Test(arguments: ["content-api", "developer-portal"])
    func aLimiterAKeeperAndResponsesCanBeMadeFromIt(_ name: String) throws {
        let policy = try Self.example(name)
        #expect(try policy.validated() == policy)
        _ = try RateLimiter(inMemory: InMemoryStore(), rules: policy.resolvedRules)
        _ = try QuotaKeeper(inMemory: InMemoryStore(), quotas: policy.quotas)
        _ = try CurrentResponses(policy)
    }
}
