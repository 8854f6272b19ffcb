import Foundation
import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

@testable import WeirPolicy

/// What the documentation shows is what the service answers.
@Suite struct PublishedFieldTests {
    private static func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func member(_ object: Any?, _ path: String...) -> Any? {
        path.reduce(object) { ($0 as? [String: Any])?[$1] }
    }

    private static func example(_ name: String) throws -> Policy {
        try Policy(yaml: Repository.text("deploy/policies/\(name).yaml"))
    }

    private static func responses(_ policy: Policy, _ path: String, _ method: String) throws -> Any? {
        member(try object(policy.openAPI), "paths", path, method, "responses")
    }

    @Test func aRefusalLeavesNothing() throws {
        let content = try Self.responses(Self.example("content-api"), "/objects", "post")
        #expect(
            Self.member(content, "429", "headers", "RateLimit", "example") as? String
                == "limit=5, remaining=0, reset=45"
        )
        #expect(Self.member(content, "429", "headers", "Retry-After", "example") as? Int == 45)
        let portal = try Self.responses(Self.example("developer-portal"), "/objects", "get")
        #expect(Self.member(portal, "402", "headers", "X-Rate-Limit-Remaining", "example") as? Int == 0)
        #expect(Self.member(portal, "2XX", "headers", "X-Rate-Limit-Remaining", "example") as? Int == 9999)
        let page = try Self.example("developer-portal").markdown
        #expect(page.contains("HTTP/2 402\nX-Rate-Limit-Limit: 10000\nX-Rate-Limit-Remaining: 0\n"))
    }

    /// A request that the limits have let in is counted, also where a quota refuses it.
    @Test func aQuotaThatRefusesLeavesTheLimitsAsTheyAre() throws {
        let content = try Self.responses(Self.example("content-api"), "/objects", "post")
        #expect(
            Self.member(content, "403", "headers", "RateLimit", "example") as? String
                == "limit=5, remaining=4, reset=58"
        )
        #expect(Self.member(content, "403", "headers", "Retry-After") == nil)
    }

    @Test func whereRedisDoesNotDecideNoLimitIsTold() throws {
        var policy = Policy(rules: [
            Rule("endpoint", per: .token, .endpoint, limits: ["GET /a": Limit(5, per: .minute)])
        ])
        policy.failurePolicy = .deny
        let headers = Self.member(try Self.responses(policy, "/a", "get"), "503", "headers") as? [String: Any]
        #expect(headers?.keys.sorted() == ["Retry-After"])
        #expect(Self.member(headers, "Retry-After", "example") as? Int == 1)
    }

    @Test func aNumberAloneIsAnInteger() throws {
        let headers = Self.member(
            try Self.responses(Self.example("developer-portal"), "/objects", "get"),
            "2XX",
            "headers"
        )
        for name in ["X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"] {
            #expect(Self.member(headers, name, "schema", "type") as? String == "integer")
        }
        #expect(Self.member(headers, "X-Rate-Limit-Warning", "schema", "type") as? String == "string")
    }

    /// The rule that warns is not the first, and the first endpoint has none that does.
    private static func twoRules(warnAt: Double?) -> Policy {
        var policy = Policy(rules: [
            Rule("day", per: .token, limit: Limit(1000, per: .day)),
            Rule("endpoint", per: .token, .endpoint, limits: ["GET /a": Limit(5, per: .minute)], warnAt: warnAt),
        ])
        policy.responses.tellsPolicy = true
        return policy
    }

    @Test func theWarningNamesARuleThatWarns() throws {
        let warned = try Self.responses(Self.twoRules(warnAt: 0.8), "/a", "get")
        #expect(Self.member(warned, "2XX", "headers", "X-Rate-Limit-Warning", "example") as? String == "endpoint")
        let silent = try Self.responses(Self.twoRules(warnAt: nil), "/a", "get")
        #expect(Self.member(silent, "2XX", "headers", "X-Rate-Limit-Warning") == nil)
        #expect(Self.member(silent, "429", "headers", "X-Rate-Limit-Warning") == nil)
    }

    /// The names and values, but for the seconds until a reset and to wait.
    private static func withoutWaits(_ fields: HTTPFields) -> [String] {
        fields.map { "\($0.name.rawName): \($0.value)".replacing(#/reset=\d+|After: \d+/#, with: "") }
    }

    @Test func theExamplesAreTheFieldsThatTheServiceSends() async throws {
        let policy = Self.twoRules(warnAt: 0.8)
        let fields = try CurrentResponses(policy).fields
        let store = InMemoryStore(clock: ManualClock(), startingAt: .seconds(1_795_305_600))
        let limiter = try RateLimiter(inMemory: store, rules: policy.resolvedRules)
        let request = Descriptor(token: "t", endpoint: "GET /a")
        func published(refused: Bool) -> [String] {
            let limits = policy.publishedLimits(of: "GET /a")
            let examples = FieldExample.fields(
                for: limits,
                refusedBy: refused ? limits[1] : nil,
                in: policy.responses
            )
            return Self.withoutWaits(examples.reduce(into: HTTPFields()) { $0[$1.name] = $1.value })
        }
        let first = Self.withoutWaits(fields.fields(for: try await limiter.acquire(request)))
        #expect(first == published(refused: false))
        #expect(first.contains("RateLimit-Policy: 5;w=60, 1000;w=86400"))
        for _ in 0..<4 { _ = try await limiter.acquire(request) }
        let refused = Self.withoutWaits(fields.fields(for: try await limiter.acquire(request)))
        #expect(refused == published(refused: true))
        #expect(refused.contains("X-Rate-Limit-Warning: endpoint"))
    }

    @Test(arguments: Policy.Responses.Form.allCases)
    func theSchemaHasEveryMemberOfEveryBody(_ form: Policy.Responses.Form) async throws {
        var policy = Policy(
            rules: [Rule("group", per: .group, limit: Limit(1, per: .minute))],
            creations: CreationQuota(limit: 1, monthlyGrowth: 1),
            sites: 0
        )
        policy.responses.form = form
        let responses = try CurrentResponses(policy)
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: policy.resolvedRules)
        let keeper = try QuotaKeeper(inMemory: InMemoryStore(), quotas: policy.quotas)
        let group = Descriptor(group: "acme")
        _ = try await limiter.acquire(group)
        guard case .denied(let denial) = try await limiter.acquire(group) else {
            Issue.record("the second request was let in")
            return
        }
        _ = try await keeper.create(by: "anna")
        let bodies = [
            responses.refusals.response(to: denial).body,
            responses.response(exhausted: try await keeper.create(by: "anna").usage).body,
            responses.response(refused: try await keeper.siteUsage(of: "acme")).body,
        ]
        let schema = Self.member(try Self.object(policy.openAPI), "components", "schemas", "Refusal", "properties")
        let members = try bodies.map { Set(try Self.object($0).keys) }
        #expect(members.reduce(Set()) { $0.union($1) } == Set(try #require(schema as? [String: Any]).keys))
    }
}
