import HTTPTypes
import SeededRandom
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

/// Refused clients can be told to come back at random times.
@Suite struct JitterTests {
    private let clock = ManualClock()
    private let descriptor = Descriptor(token: "t", endpoint: "/", group: "acme")

    private func denial() async throws -> (Decision, RateLimiter) {
        let store = InMemoryStore(clock: clock, startingAt: .seconds(675 * 2_600_000))
        let endpoint = Rule("endpoint", per: .token, .endpoint, limit: Limit(1, per: .minute))
        let limiter = try RateLimiter(
            inMemory: store,
            rules: [endpoint, Rule("group", per: .group, limit: Limit(10, per: .day))]
        )
        _ = try await limiter.acquire(descriptor)
        return (try await limiter.acquire(descriptor), limiter)
    }

    @Test func jitterIsLaterByOnePartOfItForAll() async throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        let (decision, _) = try await denial()
        let fields = try RateLimitFields([.list, .trio, .xRateLimit], jitter: .seconds(30))
        var waits: Set<Int> = []
        for _ in 0..<2_000 {
            let told = fields.fields(for: decision, using: &random)
            let wait = try #require(told[.retryAfter].flatMap { Int($0) })
            #expect((61...91).contains(wait))
            #expect(told[.rateLimit] == #""endpoint";r=0;t=\#(wait), "group";r=9;t=86401"#, "the group did not refuse")
            #expect(told[.rateLimitReset] == "\(wait)" && told[.xRateLimitReset] == "\(wait)")
            waits.insert(wait)
        }
        // 60.001 s and up to 30 s are 61 to 91; the last is for 29.999 s and more, one in 30,000.
        #expect(waits.isSuperset(of: 61...90))
    }

    @Test func jitterMovesTheTimeOfDayToo() async throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        let (decision, _) = try await denial()
        let fields = try RateLimitFields([.xRateLimitEpoch], jitter: .seconds(3600))
        for _ in 0..<100 {
            let told = fields.fields(for: decision, using: &random)
            let wait = try #require(told[.retryAfter].flatMap { Int($0) })
            #expect(told[.xRateLimitEpochReset] == "\(675 * 2_600_000 + wait)")
        }
    }

    @Test(arguments: [Dialect.dictionary, .xRateLimitEpoch]) func theBodyTellsTheWaitOfTheHeader(
        dialect: Dialect
    ) async throws {
        let (_, limiter) = try await denial()
        // Not on a whole second: the epoch form then adds a part of one.
        clock.advance(by: .milliseconds(700))
        let fields = try RateLimitFields([dialect], jitter: .seconds(3600))
        let own = RefusalForm<Denial>.custom { denial in
            RefusalResponse(.tooManyRequests, body: "\(denial.retryAfter?.secondsRoundedUp ?? 0)")
        }
        let gates = [RefusalForm<Denial>.json, own].map { form in
            RequestGate(limiter: limiter, settings: .init(fields: fields, refusals: Refusals(form: form)))
        }
        // One in 3,600 would agree by chance.
        for _ in 0..<20 {
            let json = try await gates[0].admit(descriptor).refusal
            let wait = try #require(json.fields[.retryAfter])
            #expect(json.response.body.contains("\"retryAfter\":\(wait),"))
            #expect(json.response.body.contains("Try again in \(wait) seconds."))
            let custom = try await gates[1].admit(descriptor).refusal
            #expect(custom.response.body == custom.fields[.retryAfter])
        }
    }

    @Test func aTimeOfDayIsRoundedUpInTheBodyToo() async throws {
        let (_, limiter) = try await denial()
        // 59.901 s are left, which would be 60; but the time of day at which they are over is told as a second later.
        clock.advance(by: .milliseconds(100))
        let settings = RequestGate.Settings(fields: try RateLimitFields([.xRateLimitEpoch]))
        let (response, fields) = try await RequestGate(limiter: limiter, settings: settings).admit(descriptor).refusal
        #expect(fields[.retryAfter] == "61" && response.body.contains(#""retryAfter":61,"#))
    }

    @Test func whoeverIsAdmittedIsToldNoJitter() async throws {
        let (_, limiter) = try await denial()
        clock.advance(by: .seconds(61))
        let decision = try await limiter.acquire(descriptor)
        #expect(decision.isAllowed)
        let fields = try RateLimitFields([.dictionary], jitter: .seconds(3600)).fields(for: decision)
        #expect(fields[.rateLimit] == "limit=1, remaining=0, reset=61" && fields[.retryAfter] == nil)
    }

    @Test func moreThanAnHourIsRefused() throws {
        for jitter in [Duration.nanoseconds(-1), .seconds(3601), .seconds(Int64.max)] {
            let error = #expect(throws: WeirError.self) { try RateLimitFields([.dictionary], jitter: jitter) }
            #expect(error?.code == .invalidConfiguration)
        }
        #expect(try RateLimitFields([.dictionary], jitter: .seconds(3600)).jitter == .hour)
    }
}
