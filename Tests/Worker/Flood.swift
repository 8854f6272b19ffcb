import Foundation
import TestSupport
import Weir

/// Very many tasks that ask at once while Redis does not answer: as soon as it has stopped, and when it has been given up.
enum Flood {
    private static let descriptor = Descriptor(token: "t")

    static func run(url: String, tasks: Int) async throws {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(250)
        configuration.failurePolicy = .deny
        configuration.clientName = "flood"
        // Every call is to ask, however many have failed.
        configuration.breakerFailures = 0
        let rules = [Rule("token", per: .token, limit: Limit(1_000_000, per: .hour))]
        let limiter = try RateLimiter(redis: url, rules: rules, configuration: configuration)
        // A first wave that Redis answers makes the threads and the memory that one takes.
        while (try? await limiter.connect()) == nil {}
        _ = await wave(of: tasks, limiter)
        let before = try ProcessCensus.now()
        while (try? await limiter.peek(descriptor)) != nil {}
        var waves = [await wave(of: tasks, limiter)]
        // By then the connection has been closed, and everybody waits for one that does not come.
        try await Task.sleep(for: .seconds(2))
        waves.append(await wave(of: tasks, limiter))
        var report = FloodReport(before: before, after: try ProcessCensus.now())
        report.waves = waves
        await limiter.shutdown()
        FileHandle.standardOutput.write(try JSONEncoder().encode(report))
    }

    private static func wave(of tasks: Int, _ limiter: RateLimiter) async -> FloodReport.Wave {
        await withTaskGroup(of: (reason: String?, wait: Duration).self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    let start = ContinuousClock.now
                    let decision = try? await limiter.acquire(descriptor)
                    return (decision?.usage.failure?.code.description, start.duration(to: .now))
                }
            }
            return await group.reduce(into: FloodReport.Wave()) { wave, end in
                if let reason = end.reason { wave.reasons[reason, default: 0] += 1 } else { wave.others += 1 }
                wave.longestMilliseconds = max(wave.longestMilliseconds, end.wait / .milliseconds(1))
            }
        }
    }
}
