import Histogram
import Weir

/// Tasks that ask a limiter, each one call after another.
struct CallerLoad: Sendable {
    let limiter: RateLimiter
    let callers: Int
    let descriptors: [Descriptor]

    /// A prime far from any number of keys: steps of it reach all of them, each far from the one before.
    static let step = 104_729

    /// What one caller has seen: the nanoseconds of each call, kept as they are so that the caller does next to nothing
    /// but ask.
    private struct Calls: Sendable {
        var nanoseconds: [UInt64] = []
        var errors = 0
    }

    func measure(for duration: Duration) async -> Measurement {
        let stopwatch = Stopwatch()
        let end = ContinuousClock.now + duration
        let parts = await withTaskGroup(of: Calls.self) { group in
            for caller in 0..<callers {
                group.addTask { await ask(caller, until: end) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let (seconds, clientSeconds) = stopwatch.read()
        var latencies = Measurement.noLatencies
        for part in parts {
            for nanoseconds in part.nanoseconds { latencies.record(nanoseconds) }
        }
        return Measurement(
            count: Int(latencies.totalCount),
            errors: parts.map(\.errors).reduce(0, +),
            seconds: seconds,
            clientSeconds: clientSeconds,
            latencies: latencies
        )
    }

    /// Asks once for each descriptor.
    func fill() async throws {
        for descriptor in descriptors { _ = try await limiter.acquire(descriptor) }
    }

    /// Removes the windows of all descriptors from Redis.
    func clear() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<Self.removers {
                group.addTask {
                    for place in stride(from: part, to: descriptors.count, by: Self.removers) {
                        _ = try await limiter.reset(descriptors[place])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// How many descriptors are removed at once.
    private static let removers = 64

    private func ask(_ caller: Int, until end: ContinuousClock.Instant) async -> Calls {
        var calls = Calls()
        // Any order that is the same in each run and visits every descriptor.
        var place = caller &* 7919
        var now = ContinuousClock.now
        while now < end {
            place = (place &+ Self.step) % descriptors.count
            do { _ = try await limiter.acquire(descriptors[place]) } catch { calls.errors += 1 }
            let answered = ContinuousClock.now
            // A call takes less than the 18 seconds whose attoseconds have room here; to divide more of them takes long.
            calls.nanoseconds.append(UInt64(truncatingIfNeeded: (answered - now).attoseconds) / 1_000_000_000)
            now = answered
        }
        return calls
    }
}
