import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirHTTP

@Suite struct RateLimitFieldsTests {
    private let clock = ManualClock()
    private let descriptor = Descriptor(token: "t", endpoint: "POST /objects", group: "acme")

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
        let fields = RateLimitFields(xRateLimitRule: "group").fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit] == "limit=5, remaining=3, reset=58")
        #expect(fields[.retryAfter] == nil)
        #expect(fields[.xRateLimitLimit] == "10000")
        #expect(fields[.xRateLimitRemaining] == "9998")
        #expect(fields[.xRateLimitReset] == "\(675 * 2_600_000 + 675 + 86400)")
    }

    @Test func aRefusedResponseTellsZeroAndTheWait() async throws {
        let limiter = try limiter()
        for _ in 0..<5 { _ = try await limiter.acquire(descriptor) }
        clock.advance(by: .milliseconds(17_001))
        let decision = try await limiter.acquire(descriptor)
        let fields = RateLimitFields(xRateLimitRule: "group").fields(for: decision)
        #expect(fields[.rateLimit] == "limit=5, remaining=0, reset=43")
        #expect(fields[.retryAfter] == "43")
        #expect(fields[.xRateLimitRemaining] == "9995", "the group did not refuse and tells its own")
        clock.advance(by: .seconds(43))
        #expect(try await limiter.acquire(descriptor).isAllowed)
    }

    @Test func secondsAreRoundedUp() async throws {
        let limiter = try limiter()
        for _ in 0..<5 { _ = try await limiter.acquire(descriptor) }
        clock.advance(by: .microseconds(17_000_999))
        let fields = RateLimitFields().fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit] == "limit=5, remaining=0, reset=44", "43.000001 seconds are 44")
        #expect(fields[.xRateLimitLimit] == nil)
    }

    @Test func aCostlyRefusalTellsZeroThoughLessWouldFit() async throws {
        let limiter = try limiter()
        _ = try await limiter.acquire(descriptor, cost: 3)
        let fields = RateLimitFields().fields(for: try await limiter.acquire(descriptor, cost: 4))
        #expect(fields[.rateLimit]?.hasPrefix("limit=5, remaining=0, reset=") == true)
    }

    @Test func theRuleThatLeavesLeastIsReported() async throws {
        let limiter = try limiter(group: 4)
        let fields = RateLimitFields(xRateLimitRule: "group").fields(for: try await limiter.acquire(descriptor))
        #expect(fields[.rateLimit]?.hasPrefix("limit=4, remaining=3,") == true)
        _ = try await limiter.acquire(descriptor, cost: 3)
        let refused = RateLimitFields(xRateLimitRule: "group").fields(for: try await limiter.acquire(descriptor))
        #expect(refused[.rateLimit]?.hasPrefix("limit=4, remaining=0,") == true)
        #expect(refused[.xRateLimitRemaining] == "0")
    }

    @Test func rulesThatOnlyCountAreNotTold() async throws {
        let seen = Rule("seen", observing: .token, per: .day)
        let limiter = try RateLimiter(inMemory: InMemoryStore(clock: clock), rules: [seen])
        let fields = RateLimitFields(xRateLimitRule: "seen").fields(for: try await limiter.acquire(descriptor))
        #expect(fields.isEmpty)
    }
}
