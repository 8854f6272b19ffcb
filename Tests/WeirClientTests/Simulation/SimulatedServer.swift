import HTTPTypes
import SeededRandom
import Synchronization
import Weir
import WeirClient
import WeirFields

/// A service with one limit, decided by Weir itself, behind a network that takes 1 to 30 ms in all.
final class SimulatedServer: Sendable {
    private let limiter: RateLimiter
    private let time: VirtualTime
    private let dialect: Dialect?
    private let epoch: Duration
    private let generator: Mutex<SeededGenerator>
    private let counts = Mutex((admitted: 0, refused: 0, refusedOthers: 0))

    var admitted: Int { counts.withLock { $0.admitted } }
    var refused: Int { counts.withLock { $0.refused } }

    /// A server that tells its limit in a dialect, or not at all.
    init(_ limit: Limit, in dialect: Dialect?, time: VirtualTime, seed: UInt64) throws {
        epoch = .seconds(1_800_000_000)
        let store = InMemoryStore(clock: time, startingAt: epoch)
        limiter = try RateLimiter(inMemory: store, rules: [Rule("endpoint", per: .token, limit: limit)])
        self.time = time
        self.dialect = dialect
        generator = Mutex(SeededGenerator(seed: seed))
    }

    /// The time since the epoch at which virtual time begins.
    var start: Duration { epoch }

    private func travel() async throws {
        let microseconds = generator.withLock { $0.number(500...15_000) }
        try await time.sleep(for: .microseconds(microseconds))
    }

    /// One request of the client under test.
    func request() async throws -> PacedResponse {
        try await travel()
        let decision = try await limiter.acquire(Descriptor(token: "shared"))
        let response = response(decision)
        counts.withLock { if decision.isAllowed { $0.admitted += 1 } else { $0.refused += 1 } }
        try await travel()
        return response
    }

    /// One request of somebody else with the same token.
    func requestOfAnother() async throws {
        _ = try await limiter.acquire(Descriptor(token: "shared"))
    }

    private func response(_ decision: Decision) -> PacedResponse {
        var reports: [LimitReport] = []
        for rule in decision.usage.rules {
            var report = LimitReport(
                name: rule.rule,
                limit: rule.limit,
                remaining: rule.remaining,
                reset: rule.reset,
                window: rule.window
            )
            if case .denied(let denial) = decision { report.reset = denial.retryAfter }
            reports.append(report)
        }
        var fields = dialect?.fields(for: reports, at: decision.usage.time) ?? [:]
        if dialect != nil, case .denied(let denial) = decision, let wait = denial.retryAfter {
            fields[.retryAfter] = String(Int((wait / .seconds(1)).rounded(.up)))
        }
        return PacedResponse(status: decision.isAllowed ? .ok : .tooManyRequests, fields: fields)
    }
}
