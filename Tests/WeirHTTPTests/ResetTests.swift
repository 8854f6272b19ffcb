import Foundation
import HTTPTypes
import SeededRandom
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

/// What a refused client is told is a promise: who waits exactly so long is admitted.
///
/// In real time, against a real Redis, through the fields of each dialect and back.
@Suite struct ResetTests {
    /// One client that is refused, reads its response, waits, and comes back.
    private struct Trial {
        let endpoint: String
        let limit: Limit
        let dialect: Dialect
        let cost: Int
        let obeysRetryAfter: Bool
        let jitter: Duration

        init(_ number: Int, _ random: inout SeededGenerator) {
            endpoint = "GET /\(number)"
            limit = Limit(random.number(1...8), per: .milliseconds(random.number(100...1_500)))
            dialect = random.element(Dialect.allCases)
            cost = random.number(1...limit.count)
            obeysRetryAfter = random.once(in: 4)
            jitter = random.once(in: 4) ? .milliseconds(random.number(0...300)) : .zero
        }

        var descriptor: Descriptor { Descriptor(token: endpoint, endpoint: endpoint) }

        /// The wait that a client reads from the response to a refusal, and when it was received.
        func refusal(_ limiter: RateLimiter) async throws -> (Duration, ContinuousClock.Instant) {
            let fields = try RateLimitFields([dialect], jitter: jitter)
            // A slow machine may find the window open again; then there is more to acquire.
            for _ in 0..<10_000 {
                let decision = try await limiter.acquire(descriptor, cost: cost)
                let received = ContinuousClock.now
                let time = Duration.seconds(Date.now.timeIntervalSince1970)
                guard !decision.isAllowed else { continue }
                let reading = RateLimitReading(fields.fields(for: decision), receivedAt: time)
                let wait = obeysRetryAfter ? reading.retryAfter : reading.tightest?.reset
                return (try #require(wait, "\(endpoint) in \(dialect)"), received)
            }
            throw RedisServer.Failure(description: "\(limit) was never reached")
        }
    }

    @Test func whoWaitsExactlyAsToldIsAdmitted() async throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        let trials = (0..<1_000).map { Trial($0, &random) }
        #expect(Set(trials.map(\.dialect)) == Set(Dialect.allCases))
        let limits = Dictionary(uniqueKeysWithValues: trials.map { ($0.endpoint, $0.limit) })
        let server = try RedisServer()
        let limiter = try RateLimiter(
            redis: server.url,
            rules: [Rule("endpoint", per: .token, .endpoint, limits: limits)],
            configuration: .patient
        )
        let refused = try await withThrowingTaskGroup(of: String?.self) { group in
            for trial in trials {
                group.addTask {
                    let (wait, received) = try await trial.refusal(limiter)
                    try await Task.sleep(until: received + wait, tolerance: .zero, clock: .continuous)
                    let isAdmitted = try await limiter.acquire(trial.descriptor, cost: trial.cost).isAllowed
                    return isAdmitted ? nil : "\(trial) after \(wait)"
                }
            }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(refused.isEmpty)
        await limiter.shutdown()
    }
}
