import Foundation
import TestSupport
import Testing
import Weir

/// What a limiter does, on each of its stores alike.
@Suite struct RateLimiterTests {
    /// A limiter of each kind, with what it needs to live.
    private static func both(_ rules: Rule..., body: (RateLimiter) async throws -> Void) async throws {
        try await body(RateLimiter(inMemory: InMemoryStore(), rules: rules))
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
        try await body(limiter)
        await limiter.shutdown()
    }

    private static let perToken = Rule("token", per: .token, limit: Limit(5, per: .hour))
    private static let anna = Descriptor(token: "anna", endpoint: "POST /objects", group: "acme", application: "crm")

    @Test func aLimitOfFiveAdmitsFive() async throws {
        try await Self.both(Self.perToken) { (limiter: RateLimiter) async throws in
            var times: [Int] = []
            for left in [4, 3, 2, 1, 0] {
                let decision = try await limiter.acquire(Self.anna)
                times.append(decision.usage.time.microseconds)
                #expect(decision.isAllowed && decision.usage["token"]?.remaining == left)
                #expect(decision.usage.charged == 1)
            }
            guard case .denied(let denial) = try await limiter.acquire(Self.anna) else {
                Issue.record("the sixth was admitted")
                return
            }
            #expect(denial.violated == ["token"])
            #expect(denial.usage["token"]?.remaining == 0 && denial.usage.charged == 0)
            // The first leaves an hour after the end of its millisecond, whenever it is asked.
            let leaves = (times[0] / 1000 + 1) * 1000 + 3_600_000_000
            #expect(denial.usage.time.microseconds + (denial.retryAfter?.microseconds ?? 0) == leaves)
            #expect(try await limiter.acquire(Descriptor(token: "ben")).isAllowed)
        }
    }

    @Test func asManyAsFit() async throws {
        try await Self.both(Self.perToken) { (limiter: RateLimiter) async throws in
            #expect(try await limiter.acquire(Self.anna, upTo: 3).usage.charged == 3)
            let decision = try await limiter.acquire(Self.anna, upTo: 100)
            #expect(decision.isAllowed && decision.usage.charged == 2)
            #expect(try await limiter.acquire(Self.anna, upTo: 100).isAllowed == false)
        }
    }

    @Test func aPeekChargesNothing() async throws {
        try await Self.both(Self.perToken) { (limiter: RateLimiter) async throws in
            #expect(try await limiter.peek(Self.anna)["token"]?.remaining == 5)
            _ = try await limiter.acquire(Self.anna, cost: 5)
            for _ in 0..<3 { #expect(try await limiter.peek(Self.anna)["token"]?.used == 5) }
        }
    }

    @Test func aRefundFreesRoomAndNeverMoreThanWasTaken() async throws {
        try await Self.both(Self.perToken) { (limiter: RateLimiter) async throws in
            _ = try await limiter.acquire(Self.anna, cost: 5)
            #expect(try await limiter.refund(Self.anna, cost: 2)["token"]?.used == 3)
            #expect(try await limiter.acquire(Self.anna, cost: 2).isAllowed)
            #expect(try await limiter.refund(Self.anna, cost: 100)["token"]?.used == 0)
            #expect(try await limiter.refund(Self.anna)["token"]?.used == 0)
        }
    }

    @Test func aResetForgets() async throws {
        let group = Rule("group", per: .group, limit: Limit(100, per: .day))
        try await Self.both(Self.perToken, group) { (limiter: RateLimiter) async throws in
            _ = try await limiter.acquire(Self.anna, cost: 5)
            #expect(try await limiter.reset(Self.anna, rules: ["token"]) == 1)
            let usage = try await limiter.peek(Self.anna)
            #expect(usage["token"]?.used == 0 && usage["group"]?.used == 5)
            #expect(try await limiter.reset(Self.anna) == 1)
            await #expect(throws: WeirError.self) { try await limiter.reset(Self.anna, rules: ["tokne"]) }
        }
    }

    @Test func eachEndpointHasItsLimitAndOthersTheirs() async throws {
        let limits = ["POST /objects": Limit(2, per: .hour)]
        let rule = Rule("endpoint", per: .token, .endpoint, limits: limits, otherwise: Limit(3, per: .hour))
        try await Self.both(rule) { (limiter: RateLimiter) async throws in
            for (endpoint, limit) in [("POST /objects", 2), ("GET /objects", 3), ("GET /users", 3)] {
                let descriptor = Descriptor(token: "t", endpoint: endpoint)
                for _ in 0..<limit { #expect(try await limiter.acquire(descriptor).isAllowed) }
                #expect(try await limiter.acquire(descriptor).isAllowed == false)
            }
        }
    }

    @Test func aRuleWithoutALimitForAnEndpointDoesNotApplyToIt() async throws {
        let rule = Rule("endpoint", per: .token, .endpoint, limits: ["POST /objects": Limit(1, per: .hour)])
        try await Self.both(rule) { (limiter: RateLimiter) async throws in
            let decision = try await limiter.acquire(Descriptor(token: "t", endpoint: "GET /"))
            #expect(decision.isAllowed && decision.usage.rules.isEmpty)
        }
    }

    @Test func applicationsShareTheirGroupsLimitAndAreCountedApart() async throws {
        let group = Rule("group", per: .group, limit: Limit(10, per: .day), warnAt: 0.8)
        let application = Rule("application", observing: .group, .application, per: .day)
        try await Self.both(group, application) { (limiter: RateLimiter) async throws in
            let crm = Descriptor(group: "acme", application: "crm")
            let shop = Descriptor(group: "acme", application: "shop")
            #expect(try await limiter.acquire(crm, cost: 7).usage.isNearLimit == false)
            #expect(try await limiter.acquire(shop, cost: 1).usage.isNearLimit)
            guard case .denied(let denial) = try await limiter.acquire(shop, cost: 3) else {
                Issue.record("the group's limit was passed")
                return
            }
            #expect(denial.violated == ["group"])
            #expect(denial.usage["application"]?.used == 1, "a refusal by the group is not charged to the application")
            #expect(denial.usage["application"]?.limit == nil)
            #expect(try await limiter.peek(crm)["application"]?.used == 7)
            #expect(try await limiter.acquire(Descriptor(group: "other", application: "crm"), cost: 10).isAllowed)
        }
    }

    /// What a rule does not count by never splits its count, wherever the windows of a decision are kept.
    @Test func tokensOfAnApplicationShareItsLimit() async throws {
        let token = Rule("token", per: .token, limit: Limit(100, per: .hour))
        let application = Rule("application", per: .application, limit: Limit(3, per: .hour))
        try await Self.both(token, application) { (limiter: RateLimiter) async throws in
            for name in ["a", "b", "c"] {
                #expect(try await limiter.acquire(Descriptor(token: name, application: "crm")).isAllowed)
            }
            #expect(try await limiter.acquire(Descriptor(token: "d", application: "crm")).isAllowed == false)
            #expect(try await limiter.peek(Descriptor(token: "a", application: "shop"))["token"]?.used == 0)
        }
    }

    @Test func theTightestRuleIsTheOneThatLeavesLeast() async throws {
        let group = Rule("group", per: .group, limit: Limit(4, per: .day))
        try await Self.both(Self.perToken, group) { (limiter: RateLimiter) async throws in
            #expect(try await limiter.peek(Self.anna).tightest?.rule == "group")
        }
    }

    @Test func timePassesAsTheClockDoes() async throws {
        let clock = ManualClock()
        let store = InMemoryStore(clock: clock, startingAt: .seconds(1_700_000_000))
        let limiter = try RateLimiter(inMemory: store, rules: [Rule("r", per: .token, limit: Limit(1, per: .minute))])
        #expect(try await limiter.acquire(Self.anna).usage.time == .seconds(1_700_000_000))
        guard case .denied(let denial) = try await limiter.acquire(Self.anna) else {
            Issue.record("admitted")
            return
        }
        #expect(denial.retryAfter == .seconds(60) + .milliseconds(1))
        clock.advance(by: try #require(denial.retryAfter) - .microseconds(1))
        #expect(try await limiter.acquire(Self.anna).isAllowed == false)
        clock.advance(by: .microseconds(1))
        #expect(try await limiter.acquire(Self.anna).isAllowed)
    }

    @Test func memoryDoesNotKeepWhatHasLeft() async throws {
        var ledger = Ledger()
        let terms = Terms(limit: 5, period: 1_000_000, slices: 128)
        for index in 0..<100_000 {
            let request = DecisionRequest([Window(key: Array("k\(index)".utf8), terms: terms)], cost: 1)
            _ = ledger.decide(request, at: ScriptRunner.epoch + index * 1000)
        }
        #expect(ledger.count < 4096, "1,001 windows are alive at any time")
    }
}
