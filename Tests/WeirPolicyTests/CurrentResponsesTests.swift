import HTTPTypes
import Testing
import Weir
import WeirHTTP
import WeirPolicy

/// A service's own error bodies together with a policy.
@Suite struct CurrentResponsesTests {
    private static func policy(_ form: Policy.Responses.Form) -> Policy {
        var policy = Policy(
            rules: [Rule("group", per: .group, limit: Limit(1, per: .minute))],
            creations: CreationQuota(limit: 1, monthlyGrowth: 0),
            sites: 1
        )
        policy.responses.form = form
        return policy
    }

    /// The bodies' types of a refusal by a rule, of objects and of sites.
    private static func types(_ responses: CurrentResponses) async throws -> [String] {
        let policy = policy(.json)
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: policy.resolvedRules)
        let keeper = try QuotaKeeper(inMemory: InMemoryStore(), quotas: policy.quotas)
        let group = Descriptor(group: "acme")
        _ = try await limiter.acquire(group)
        guard case .denied(let denial) = try await limiter.acquire(group) else { return [] }
        _ = try await keeper.create(by: "anna")
        let answers = [
            responses.refusals.response(to: denial),
            responses.response(exhausted: try await keeper.create(by: "anna").usage),
            responses.response(refused: try await keeper.siteUsage(of: "acme")),
        ]
        return answers.map(\.contentType)
    }

    @Test func theFormOfThePolicyIsThatOfAllRefusals() async throws {
        let responses = try CurrentResponses(Self.policy(.json))
        #expect(try await Self.types(responses) == Array(repeating: "application/json; charset=utf-8", count: 3))
        try responses.update(to: Self.policy(.problem))
        #expect(try await Self.types(responses) == Array(repeating: "application/problem+json", count: 3))
    }

    @Test func aBodyOfTheServicesOwnStaysWhenThePolicyChanges() async throws {
        func own<Reason>(_ type: String) -> RefusalForm<Reason> {
            .custom { _ in RefusalResponse(.forbidden, contentType: type, body: "") }
        }
        let responses = try CurrentResponses(
            Self.policy(.json),
            denial: own("text/denial"),
            creations: own("text/creations"),
            sites: own("text/sites")
        )
        #expect(try await Self.types(responses) == ["text/denial", "text/creations", "text/sites"])
        try responses.update(to: Self.policy(.problem))
        #expect(try await Self.types(responses) == ["text/denial", "text/creations", "text/sites"])
    }

    @Test func onlyTheGivenBodyIsTheServicesOwn() async throws {
        let sites: RefusalForm<SiteUsage> = .custom { _ in
            RefusalResponse(.forbidden, contentType: "text/plain", body: "full")
        }
        let responses = try CurrentResponses(Self.policy(.problem), sites: sites)
        let problem = "application/problem+json"
        #expect(try await Self.types(responses) == [problem, problem, "text/plain"])
    }
}
