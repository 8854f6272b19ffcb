import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

@Suite struct RateLimitFieldsTests {
    private let clock = ManualClock()
    private let withGroup: RateLimitFields
    private let descriptor = Descriptor(token: "t", endpoint: "POST /objects", group: "acme")

    init() throws {
        withGroup = try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]])
    }

    private func limiter(group: Int = 10_000) throws -> RateLimiter {
        // Begins on a slice of both rules, so that every time below is exact.
        let store = InMemoryStore(clock: clock, startingAt: .seconds(675 * 2_600_000))
        let endpoint = Rule("endpoint", per: .token, .endpoint, limit: Limit(5, per: .minute))
        return try RateLimiter(
            inMemory: store,
            rules: [endpoint, Rule("group", per: .group, limit: Limit(group, per: .day))]
        )
    }

    @Test func anAdmittedResponse() async throws {
        let limiter = try limiter()
        _ = try await limiter.acquire(descriptor)
        clock.advance(by: .milliseconds(2_001))
        let fields = withGroup.fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit] == "limit=5, remaining=3, reset=58")
        #expect(fields[.retryAfter] == nil)
        #expect(fields[.xRateLimitEpochLimit] == "10000")
        #expect(fields[.xRateLimitEpochRemaining] == "9998")
        #expect(fields[.xRateLimitEpochReset] == "\(675 * 2_600_000 + 675 + 86400)")
    }

    @Test func aRefusedResponseTellsZeroAndTheWait() async throws {
        let limiter = try limiter()
        for _ in 0..<5 { _ = try await limiter.acquire(descriptor) }
        clock.advance(by: .milliseconds(17_001))
        let decision = try await limiter.acquire(descriptor)
        let fields = withGroup.fields(for: decision)
        #expect(fields[.rateLimit] == "limit=5, remaining=0, reset=43")
        #expect(fields[.retryAfter] == "43")
        #expect(fields[.xRateLimitEpochRemaining] == "9995", "the group did not refuse and tells its own")
        clock.advance(by: .seconds(43))
        #expect(try await limiter.acquire(descriptor).isAllowed)
    }

    @Test func secondsAreRoundedUp() async throws {
        let limiter = try limiter()
        for _ in 0..<5 { _ = try await limiter.acquire(descriptor) }
        clock.advance(by: .microseconds(17_000_999))
        let fields = RateLimitFields().fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit] == "limit=5, remaining=0, reset=44", "43.000001 seconds are 44")
        #expect(fields[.xRateLimitEpochLimit] == nil)
    }

    @Test func aCostlyRefusalTellsZeroThoughLessWouldFit() async throws {
        let limiter = try limiter()
        _ = try await limiter.acquire(descriptor, cost: 3)
        let fields = RateLimitFields().fields(for: try await limiter.acquire(descriptor, cost: 4))
        #expect(fields[.rateLimit]?.hasPrefix("limit=5, remaining=0, reset=") == true)
    }

    @Test func theRuleThatLeavesLeastIsReported() async throws {
        let limiter = try limiter(group: 4)
        let fields = withGroup.fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit]?.hasPrefix("limit=4, remaining=3,") == true)
        _ = try await limiter.acquire(descriptor, cost: 3)
        let refused = withGroup.fields(for: try await limiter.acquire(descriptor))
        #expect(refused[.rateLimit]?.hasPrefix("limit=4, remaining=0,") == true)
        #expect(refused[.xRateLimitEpochRemaining] == "0")
    }

    @Test func rulesThatOnlyCountAreNotTold() async throws {
        let seen = Rule("seen", observing: .token, per: .day)
        let limiter = try RateLimiter(inMemory: InMemoryStore(clock: clock), rules: [seen])
        for dialect in Dialect.allCases {
            let fields = try RateLimitFields([dialect], byRule: ["seen": [dialect]], tellsPolicy: true)
            #expect(fields.fields(for: try await limiter.acquire(descriptor)).isEmpty)
        }
    }

    @Test func aListTellsAllRulesInTheirOrder() async throws {
        let limiter = try limiter()
        let fields = try RateLimitFields([.list])
        let admitted = fields.fields(for: try await limiter.acquire(descriptor), partitionKey: [1, 2, 3])
        let policy = #""endpoint";q=5;w=60;pk=:AQID:, "group";q=10000;w=86400;pk=:AQID:"#
        #expect(admitted[.rateLimit] == #""endpoint";r=4;t=61;pk=:AQID:, "group";r=9999;t=87075;pk=:AQID:"#)
        #expect(admitted[.rateLimitPolicy] == policy)
        #expect(admitted.count == 2)
        for _ in 0..<4 { _ = try await limiter.acquire(descriptor) }
        let refused = fields.fields(for: try await limiter.acquire(descriptor))
        #expect(refused[.rateLimit] == #""endpoint";r=0;t=61, "group";r=9995;t=87075"#)
        #expect(refused[.retryAfter] == "61")
    }

    @Test func whatIsNoRequestHasItsUnit() async throws {
        let decision = try await limiter().acquire(descriptor)
        let fields = try RateLimitFields([.list], units: ["group": "content-bytes"]).fields(for: decision)
        let policy = #""endpoint";q=5;w=60, "group";q=10000;w=86400;qu="content-bytes""#
        #expect(fields[.rateLimitPolicy] == policy)
        #expect(fields[.rateLimit] == #""endpoint";r=4;t=61, "group";r=9999;t=87075"#)
    }

    @Test func eachRuleIsToldInItsOwnDialects() async throws {
        let limiter = try limiter()
        let decision = try await limiter.acquire(descriptor)
        let apart = try RateLimitFields([.xRateLimit], byRule: ["group": [.trio]]).fields(for: decision)
        #expect(apart[.xRateLimitLimit] == "5" && apart[.xRateLimitReset] == "61")
        #expect(apart[.rateLimitLimit] == "10000" && apart[.rateLimitRemaining] == "9999")
        #expect(apart.count == 6)
        let onlyGroup = try RateLimitFields([], byRule: ["group": [.list]]).fields(for: decision)
        #expect(onlyGroup[.rateLimit] == #""group";r=9999;t=87075"#)
        let withoutEndpoint = try RateLimitFields([.dictionary], byRule: ["endpoint": []]).fields(for: decision)
        #expect(withoutEndpoint[.rateLimit] == "limit=10000, remaining=9999, reset=87075")
        #expect(try RateLimitFields([]).fields(for: decision).isEmpty)
    }

    @Test func onARefusalTheRuleThatRefusedIsTold() async throws {
        // The group leaves less than the endpoint, but the endpoint refuses.
        let store = InMemoryStore(clock: clock, startingAt: .seconds(675 * 2_600_000))
        let endpoint = Rule("endpoint", per: .token, .endpoint, limit: Limit(5, per: .minute))
        let slow = Rule("group", per: .group, limit: Limit(9, per: .day))
        let limiter = try RateLimiter(inMemory: store, rules: [slow, endpoint])
        _ = try await limiter.acquire(Descriptor(token: "u", endpoint: "/", group: "acme"), cost: 4)
        _ = try await limiter.acquire(descriptor, cost: 4)
        clock.advance(by: .seconds(1))
        guard case .denied(let denial) = try await limiter.acquire(descriptor, cost: 2) else {
            Issue.record("admitted")
            return
        }
        #expect(denial.violated == ["group", "endpoint"])
        let apart = try RateLimitFields([.trio], byRule: ["group": [.xRateLimit]]).fields(for: .denied(denial))
        #expect(apart[.rateLimitLimit] == "5" && apart[.xRateLimitLimit] == "9")
        #expect(apart[.rateLimitRemaining] == "0" && apart[.xRateLimitRemaining] == "0")
        // The promise is that of the request as a whole.
        #expect(apart[.rateLimitReset] == apart[.retryAfter] && apart[.xRateLimitReset] == apart[.retryAfter])
    }

    @Test func twoFormsOfOneFieldAreRefused() throws {
        let mixed: [(Set<Dialect>, [String: Set<Dialect>])] = [
            ([.dictionary, .list], [:]), ([.dictionary], ["group": [.list]]), ([.list, .trio], ["a": [.dictionary]]),
            ([], ["a": [.list], "b": [.dictionary]]),
        ]
        for (dialects, byRule) in mixed {
            let error = #expect(throws: WeirError.self) { try RateLimitFields(dialects, byRule: byRule) }
            #expect(error?.code == .invalidConfiguration && error?.message.contains("RateLimit") == true)
        }
        #expect(try RateLimitFields([.list, .trio, .xRateLimit, .xRateLimitEpoch]).dialects.count == 4)
    }

    @Test func policiesTellTheWindowsOfLimits() async throws {
        let decision = try await limiter().acquire(descriptor)
        let policy = "5;w=60, 10000;w=86400"
        for dialect in [Dialect.dictionary, .trio] {
            let fields = try RateLimitFields([dialect], tellsPolicy: true).fields(for: decision)
            #expect(fields[.rateLimitPolicy] == policy)
            #expect(RateLimitReading(fields, receivedAt: .zero).reports.map(\.window) == [.minute])
            #expect(try RateLimitFields([dialect]).fields(for: decision)[.rateLimitPolicy] == nil)
        }
        let onlyEndpoint = try RateLimitFields([.dictionary], byRule: ["group": [.xRateLimit]], tellsPolicy: true)
        #expect(onlyEndpoint.fields(for: decision)[.rateLimitPolicy] == "5;w=60")
        #expect(try RateLimitFields([.xRateLimit], tellsPolicy: true).fields(for: decision)[.rateLimitPolicy] == nil)
        let list = try RateLimitFields([.list, .trio], tellsPolicy: true).fields(for: decision)
        #expect(list[values: .rateLimitPolicy].count == 1, "the list has its own form of the same field")
    }

    @Test func ofTwoPoliciesWithOneLimitTheReportedOneIsTold() async throws {
        let limiter = try limiter(group: 5)
        _ = try await limiter.acquire(Descriptor(token: "u", endpoint: "/", group: "acme"))
        let fields = try RateLimitFields([.dictionary], tellsPolicy: true)
            .fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit]?.hasPrefix("limit=5, remaining=3,") == true, "the group's")
        #expect(fields[.rateLimitPolicy] == "5;w=86400")
    }

    @Test func usageIsToldWithoutADecision() async throws {
        let limiter = try limiter()
        for _ in 0..<5 { _ = try await limiter.acquire(descriptor) }
        let peeked = withGroup.fields(for: try await limiter.peek(descriptor))
        #expect(peeked[.rateLimit] == "limit=5, remaining=0, reset=61" && peeked[.retryAfter] == nil)
        let refunded = withGroup.fields(for: try await limiter.refund(descriptor, cost: 2))
        #expect(refunded[.rateLimit] == "limit=5, remaining=2, reset=61")
        #expect(refunded[.xRateLimitEpochRemaining] == "9997")
    }

    @Test func retryAfterIsNotBeforeATimeOfDayThatIsTold() async throws {
        let limiter = try limiter()
        for _ in 0..<5 { _ = try await limiter.acquire(descriptor) }
        // 60.001 of 60.001 seconds less 17.6 are left: 43 seconds from now, and the time of day ends on the 61st second.
        clock.advance(by: .milliseconds(17_600))
        let decision = try await limiter.acquire(descriptor)
        let start = 675 * 2_600_000
        let both = try RateLimitFields([.dictionary, .xRateLimitEpoch]).fields(for: decision)
        #expect(both[.xRateLimitEpochReset] == "\(start + 61)")
        #expect(both[.rateLimit] == "limit=5, remaining=0, reset=43")
        #expect(both[.retryAfter] == "44", "43 seconds from now is before the time of day")
        #expect(RateLimitFields().fields(for: decision)[.retryAfter] == "43")
    }
}
