internal import Foundation
internal import SeededRandom
internal import Weir

/// An operator who never rests: sets and removes limits of single groups while the load runs.
package struct LimitChanger: Sendable {
    /// From a block and a log to more than anybody asks for.
    static let limits = [0, 100, 128, 129, 2000, 5000, 20_000, 30_000, 40_000, 60_000, 80_000]
    private static let limitsOfTheStart = [20_000, 5000, 100]

    private let limiter: RateLimiter
    private let groups: [Subject]
    private let limited: [Subject]
    private let seed: UInt64

    package init(url: String, prefix: String, workload: Workload, seed: UInt64) throws {
        var configuration = RateLimiter.Configuration()
        configuration.keyPrefix = prefix
        configuration.deadline = .seconds(1)
        limiter = try RateLimiter(redis: url, rules: Workload.rules(.byEndpoint), configuration: configuration)
        groups = workload.overridden
        limited = workload.limitedFromTheStart
        self.seed = seed
    }

    /// Limits of different sizes, so that some of the hot groups are always full: the first keeps the rule's own.
    package func begin() async throws {
        for (group, limit) in zip(limited, Self.limitsOfTheStart) {
            let (override, group) = (try LimitOverride(limit), group.descriptor)
            try await insisting { try await limiter.setOverride(override, of: "group", for: group) }
        }
    }

    /// Changes a limit about five times a second; none of them ends by itself, which no history tells.
    package func run(until end: Int) async {
        var generator = SeededGenerator(seed: seed &+ 77)
        // Those from the start stay for a second, or they could be gone before anybody was told of them.
        let (begin, others) = (
            EpochClock.now, groups.filter { group in !limited.contains { $0.descriptor == group.descriptor } }
        )
        while EpochClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(generator.number(50...350)))
            let isEarly = EpochClock.now < begin + 1_000_000
            let group = generator.element(isEarly ? others : groups).descriptor
            let limit = generator.element(Self.limits)
            // While Redis is away nothing can be set, and the load goes on all the same.
            switch generator.number(0...3) {
            case 0: _ = try? await limiter.removeOverride(of: "group", for: group)
            default: _ = try? await limiter.setOverride(LimitOverride(limit), of: "group", for: group)
            }
        }
    }

    /// Removes every limit that it may have set: they alone would stay in Redis.
    ///
    /// Where one cannot be removed, the others are all the same.
    ///
    /// - Throws: the first error; whoever wants to may then try again.
    package func end() async throws {
        // All at once: with a server gone for good, each of them insists for as long as it may.
        let errors = await withTaskGroup(of: (any Error)?.self) { removals in
            for group in groups {
                removals.addTask {
                    do {
                        try await insisting { try await limiter.removeOverride(of: "group", for: group.descriptor) }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await removals.reduce(into: [any Error]()) { errors, error in
                if let error { errors.append(error) }
            }
        }
        if let first = errors.first { throw first }
        await limiter.shutdown()
    }

    /// Does what must be done, even if a fault has just taken the connection away.
    private func insisting(_ body: () async throws -> LimitOverride?) async throws {
        for attempt in 1... {
            do {
                _ = try await body()
                return
            } catch  where attempt < 20 {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
