import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP
import WeirPolicy

/// Every key of the document, and what it becomes.
@Suite struct PolicyOptionTests {
    @Test func everyOptionIsRead() throws {
        let yaml = """
            version: 1
            title: "404"
            introduction: |
              Two
              lines
            rules:
              - name: endpoint
                per: [group, token, endpoint]
                limits: {GET /a: 5/minute, 'PUT /b/:c': 100/10s}
                otherwise: 1_000ms
                slices: 1_0
                warnAt: 1
                whenUnavailable: {local: 0.25}
              - {name: calls, per: group, limit: 10000/24h, whenUnavailable: fail}
              - {name: application, per: [group, application], observed: day, slices: 64}
              - {name: user, per: [group, user], limit: 7/30d}
            quotas:
              creations: {limit: 5_000, monthlyGrowth: 0}
              sites: 0
              callsRule: calls
            whenUnavailable: deny
            responses:
              dialects: [draft-07, x-ratelimit]
              dialectsByRule: {calls: x-rate-limit, user: [ratelimit], application: []}
              tellsPolicy: true
              jitter: 1500ms
              body: problem
              otherwise: {code: slowDown}
              refusals:
                calls: {status: 402}
                user: {status: 403, code: tooMuch, message: "Wait: a month."}
              unavailable: {status: 502, code: "503"}
              creations: {message: No more}
              sites: {status: 409, code: full}
            endpoints:
              GET /a: Read
              PUT /b/:c: {summary: Write, details: Writes, quota: creations}
              POST /sites: {quota: sites}
            """.replacing("1_000ms", with: "7/1000ms")
        var expected = Policy(
            title: "404",
            introduction: "Two\nlines\n",
            rules: [
                Rule(
                    "endpoint",
                    per: .group,
                    .token,
                    .endpoint,
                    limits: ["GET /a": Limit(5, per: .minute), "PUT /b/:c": Limit(100, per: .seconds(10))],
                    otherwise: Limit(7, per: .second),
                    slices: 10,
                    warnAt: 1,
                    whenUnavailable: .local(share: 0.25)
                ),
                Rule("calls", per: .group, limit: Limit(10_000, per: .day), whenUnavailable: .fail),
                Rule("application", observing: .group, .application, per: .day, slices: 64),
                Rule("user", per: .group, .user, limit: Limit(7, per: .day * 30)),
            ],
            creations: CreationQuota(limit: 5000, monthlyGrowth: 0),
            sites: 0,
            callsRule: "calls",
            failurePolicy: .deny,
            endpoints: [
                Policy.Endpoint("GET /a", summary: "Read"),
                Policy.Endpoint("PUT /b/:c", summary: "Write", details: "Writes", quota: .creations),
                Policy.Endpoint("POST /sites", quota: .sites),
            ]
        )
        expected.responses.dialects = [.dictionary, .xRateLimit]
        expected.responses.dialectsByRule = ["calls": [.xRateLimitEpoch], "user": [.trio], "application": []]
        expected.responses.tellsPolicy = true
        expected.responses.jitter = .milliseconds(1500)
        expected.responses.form = .problem
        expected.responses.otherwise = Refusal(status: .tooManyRequests, code: "slowDown")
        expected.responses.refusals = [
            "calls": Refusal(status: .init(code: 402), code: "slowDown"),
            "user": Refusal(status: .forbidden, code: "tooMuch", message: "Wait: a month."),
        ]
        expected.responses.unavailable = Refusal(status: .badGateway, code: "503")
        expected.responses.creations = Refusal(
            status: .forbidden,
            code: "objectCreationQuotaReached",
            message: "No more"
        )
        expected.responses.sites = Refusal(status: .conflict, code: "full")
        #expect(try Policy(yaml: yaml) == expected)
    }

    @Test func theFileThatExplainsEveryKeyIsAPolicy() throws {
        let yaml = try #require(Repository.blocks("yaml", in: "deploy/policies/README.md").first)
        let policy = try Policy(yaml: yaml)
        #expect(policy.rules.map(\.name) == ["endpoint", "token", "application"])
        #expect(policy.responses.refusals["token"]?.message == "Come back tomorrow.")
    }

    @Test func whatIsNotSaidIsTheDefaultOfTheSwift() throws {
        let policy = try Policy(yaml: "version: 1\nrules:\n- {name: group, per: group, limit: 10000/day}\n")
        #expect(policy == Policy(rules: [Rule("group", per: .group, limit: Limit(10_000, per: .day))]))
        #expect(policy.quotas == Quotas())
        #expect(policy.resolvedRules == policy.rules)
        #expect(policy.responses.dialects == [.dictionary])
    }

    @Test func everyDialectHasItsWord() throws {
        for dialect in Dialect.allCases {
            let yaml = """
                version: 1
                rules: [{name: a, per: token, limit: 5/minute}]
                responses: {dialects: \(dialect.rawValue)}
                """
            #expect(try Policy(yaml: yaml).responses.dialects == [dialect])
        }
    }

    @Test(arguments: [
        ("allow", FailurePolicy.allow), ("deny", .deny), ("fail", .fail), ("{local: 1}", .local(share: 1)),
    ])
    func rulesThatDoNotSayItFollowTheFailurePolicyOfTheDocument(_ word: String, _ policy: FailurePolicy) throws {
        let yaml = """
            version: 1
            rules:
              - {name: a, per: group, limit: 5/minute}
              - {name: b, per: group, limit: 5/minute, whenUnavailable: fail}
              - {name: c, per: [group, application], observed: minute}
            whenUnavailable: \(word)
            """
        let read = try Policy(yaml: yaml)
        #expect(read.failurePolicy == policy)
        let expected: [FailurePolicy?] = [policy, .fail, policy == .deny ? .allow : policy]
        #expect(read.resolvedRules.map(\.whenUnavailable) == expected)
    }

    @Test func aByteOrderMarkAndWindowsLineEndsAreNoMistake() throws {
        let yaml = "\u{FEFF}version: 1\r\nrules:\r\n  - {name: a, per: token, limit: 5/minute}\r\n"
        #expect(try Policy(yaml: yaml).rules.map(\.name) == ["a"])
    }
}
