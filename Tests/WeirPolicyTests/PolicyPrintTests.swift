import Foundation
import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

@testable import WeirPolicy

/// The limits as documentation.
@Suite struct PolicyPrintTests {
    private static let examples = ["content-api", "developer-portal"]

    private static func example(_ name: String) throws -> Policy {
        try Policy(yaml: Repository.text("deploy/policies/\(name).yaml"))
    }

    @Test(arguments: examples)
    func theExamplesArePrintedAsTheyArePublished(_ name: String) throws {
        let policy = try Self.example(name)
        #expect(try policy.markdown == Repository.text("deploy/policies/\(name).md"))
        #expect(try policy.openAPI == Repository.text("deploy/policies/\(name).openapi.json"))
    }

    @Test func aTableTellsLimitWindowScopeAndRefusal() throws {
        let page = try Self.example("content-api").markdown
        #expect(page.contains("| 5 requests | 1 minute | token and endpoint | 429 `rateLimitReached` |\n"))
        #expect(page.contains("RateLimit: limit=5, remaining=4, reset=58\n"))
        #expect(
            page.contains("5,000, and 100 more each month after it was reached | 403 `objectCreationQuotaReached` |")
        )
    }

    // MARK: OpenAPI

    private static func object(_ policy: Policy) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(policy.openAPI.utf8)) as? [String: Any])
    }

    private static func member(_ object: Any?, _ path: String...) -> Any? {
        path.reduce(object) { ($0 as? [String: Any])?[$1] }
    }

    @Test func eachEndpointIsAnOperationWithItsLimitsAndRefusals() throws {
        let document = try Self.object(Self.example("content-api"))
        #expect(document["openapi"] as? String == "3.1.0")
        #expect(
            (document["paths"] as? [String: Any])?.keys.sorted() == ["/objects", "/sites", "/sites/{site}"]
        )
        let post = Self.member(document, "paths", "/objects", "post")
        #expect((Self.member(post, "responses") as? [String: Any])?.keys.sorted() == ["2XX", "403", "429"])
        let limit = (Self.member(post, "x-rate-limit") as? [[String: Any]])?.first
        #expect(limit?["limit"] as? Int == 5)
        #expect(limit?["windowSeconds"] as? Int == 60)
        #expect(limit?["per"] as? [String] == ["token", "endpoint"])
        #expect(Self.member(post, "x-quota", "monthlyGrowth") as? Int == 100)
        let put = Self.member(document, "paths", "/sites/{site}", "put", "parameters") as? [[String: Any]]
        #expect(put?.first?["name"] as? String == "site")
    }

    @Test func aGroupOverItsLimitIsAnsweredAsItsRefusalSays() throws {
        let document = try Self.object(Self.example("developer-portal"))
        let responses = Self.member(document, "paths", "/objects", "get", "responses")
        #expect((responses as? [String: Any])?.keys.sorted() == ["2XX", "402"])
        let headers = Self.member(responses, "402", "headers") as? [String: Any]
        #expect(
            headers?.keys.sorted() == [
                "Retry-After", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset",
                "X-Rate-Limit-Warning",
            ]
        )
    }

    /// A policy with all that can be printed, and texts that would break careless output.
    private static var odd: Policy {
        var policy = Policy(
            title: "A \"quoted\" | title\u{1}\\",
            introduction: "Two\nlines",
            rules: [
                Rule("endpoint", per: .token, .endpoint, limits: ["GET /a/:b": Limit(1, per: .milliseconds(1))]),
                Rule("any", per: .token, limit: Limit(2_000_000_000, per: .seconds(90)), warnAt: 0.999),
                Rule("job", per: .token, .endpoint, limits: ["nightly job": Limit(7, per: .day * 30)]),
                Rule("seen", observing: .token, .application, per: .day),
            ],
            creations: CreationQuota(limit: 1, monthlyGrowth: 0),
            sites: 0,
            failurePolicy: .deny
        )
        policy.responses.form = .problem
        policy.responses.dialects = [.list, .trio, .xRateLimit]
        policy.responses.refusals = ["job": Refusal(status: .init(code: 402), code: "a|b", message: "c\nd")]
        return policy
    }

    @Test func everyDialectAndOddTextsCanBePrinted() throws {
        let policy = Self.odd
        let document = try Self.object(policy)
        #expect(Self.member(document, "info", "title") as? String == policy.title)
        #expect((document["x-rate-limit-endpoints"] as? [String: Any])?.keys.sorted() == ["nightly job"])
        let get = Self.member(document, "paths", "/a/{b}", "get", "responses")
        #expect((get as? [String: Any])?.keys.sorted() == ["2XX", "429", "503"])
        #expect(Self.member(get, "429", "content", "application/problem+json") != nil)
        let page = policy.markdown
        #expect(page.contains("RateLimit: \"endpoint\";r=0;t=1, \"any\";r=1999999999;t=88\n"))
        #expect(page.contains("RateLimit-Policy: \"endpoint\";q=1;w=1, \"any\";q=2000000000;w=90\n"))
        #expect(page.contains("| 7 requests | 30 days | token and endpoint | 402 `a\\|b` |\n"))
        #expect(page.contains("`any` from 99.9 % of it on"))
    }

    @Test func theSamePolicyIsPrintedInTheSameBytes() throws {
        let yaml = try Repository.text("deploy/policies/content-api.yaml")
        let pages = try (0..<20).map { _ in try Policy(yaml: yaml).markdown + Policy(yaml: yaml).openAPI }
        #expect(Set(pages).count == 1)
        #expect(Set((0..<20).map { _ in Self.odd.markdown + Self.odd.openAPI }).count == 1)
    }

    private static let hasValidator = (try? Tool.run("python3", ["-c", "import openapi_spec_validator"])) != nil

    @Test(.enabled(if: hasValidator, "python3 with openapi-spec-validator"))
    func whatIsPrintedIsValidOpenAPI() throws {
        let directory = try PolicyDirectory()
        for (index, policy) in try (Self.examples.map(Self.example) + [Self.odd]).enumerated() {
            try directory.write(policy.openAPI, to: "\(index).json")
            let program = """
                import json, sys, openapi_spec_validator
                openapi_spec_validator.validate(json.load(open(sys.argv[1])))
                """
            let path = directory.url.appending(path: "\(index).json").path
            _ = try Tool.run("python3", ["-c", program, path])
        }
    }

    // MARK: Words

    @Test func numbersAndTimesReadWell() {
        #expect(
            [0, 999, 1000, 10_000, 1_234_567, -1000].map(Words.number) == [
                "0", "999", "1,000", "10,000", "1,234,567", "-1,000",
            ]
        )
        let times: [Duration] = [
            .second, .minute, .seconds(90), .hour, .day, .day * 30, .milliseconds(1500), .microseconds(1),
        ]
        #expect(
            times.map(Words.time) == [
                "1 second", "1 minute", "90 seconds", "1 hour", "24 hours", "30 days", "1,500 milliseconds",
                "1 microsecond",
            ]
        )
    }

    @Test func theNearestWordIsOneOfFewChanges() {
        let words = ["limit", "limits", "per", "name"]
        #expect(NearestWord.to("limt", among: words) == "limit")
        #expect(NearestWord.to("Limit", among: words) == "limit")
        #expect(NearestWord.to("liimts", among: words) == "limits")
        #expect(NearestWord.to("colour", among: words) == nil)
        #expect(NearestWord.to(String(repeating: "a", count: 100_000), among: words) == nil)
        #expect(NearestWord.distance("", "abc") == 3)
    }

    @Test func plainWordsAreWhatYAMLTakesThemFor() {
        #expect(["yes", "No", "ON", "off", "true", "y"].map(PlainScalar.init).allSatisfy { $0 == .boolean })
        #expect(["", "~", "Null"].map(PlainScalar.init).allSatisfy { $0 == .null })
        #expect(
            ["5_000", "0", "-7", "+7"].map(PlainScalar.init) == [
                .integer(5000), .integer(0), .integer(-7), .integer(7),
            ]
        )
        #expect(["0.8", ".5", "1e3"].map(PlainScalar.init) == [.fraction(0.8), .fraction(0.5), .fraction(1000)])
        #expect(
            ["010", "0x1F", "0o7", "1:30", "99999999999999999999", ".inf"].map(PlainScalar.init).allSatisfy {
                $0 == .strangeNumber
            }
        )
        #expect(["5/minute", "a", "-", "1.2.3", "GET /a", "١٢", "5m"].map(PlainScalar.init).allSatisfy { $0 == .text })
    }
}
