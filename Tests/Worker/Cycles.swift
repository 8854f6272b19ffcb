import Foundation
import TestSupport
import Weir

/// Limiters that are made, asked once, and shut down, one after another.
enum Cycles {
    /// The first of them fetch what is fetched once: threads of Swift's concurrency, memory of the allocator.
    private static let warmUp = 100

    static func run(url: String, count: Int) async throws {
        var decided = 0
        for _ in 0..<warmUp where try await cycle(url) { decided += 1 }
        let before = try await ProcessCensus.settled()
        for _ in warmUp..<count where try await cycle(url) { decided += 1 }
        let report = CycleReport(before: before, after: try await ProcessCensus.settled(), decided: decided)
        FileHandle.standardOutput.write(try JSONEncoder().encode(report))
    }

    /// Whether Redis decided.
    private static func cycle(_ url: String) async throws -> Bool {
        let limiter = try RateLimiter(redis: url, rules: Worker.rules, configuration: .patient)
        let decision = try await limiter.acquire(
            Descriptor(token: "hot", endpoint: "log", group: "group", application: "application")
        )
        await limiter.shutdown()
        return decision.usage.source == .redis
    }
}
