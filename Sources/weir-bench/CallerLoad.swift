import Histogram
import Weir

/// Tasks that ask a limiter, each one call after another.
struct CallerLoad: Sendable {
    let limiter: RateLimiter
    let callers: Int
    let descriptors: [Descriptor]

    func measure(for duration: Duration) async -> Measurement {
        let start = ContinuousClock.now
        let end = start + duration
        let parts = await withTaskGroup(of: (Histogram<UInt32>, Int).self) { group in
            for caller in 0..<callers {
                group.addTask { await ask(caller, until: end) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var latencies = Histogram<UInt32>(highestTrackableValue: 60_000_000_000)
        var errors = 0
        for (histogram, failed) in parts {
            latencies.add(histogram)
            errors += failed
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Measurement(count: Int(latencies.totalCount), errors: errors, seconds: seconds, latencies: latencies)
    }

    private func ask(_ caller: Int, until end: ContinuousClock.Instant) async -> (Histogram<UInt32>, Int) {
        var latencies = Histogram<UInt32>(highestTrackableValue: 60_000_000_000)
        var errors = 0
        // Any order that is the same in each run and visits every descriptor.
        var place = caller &* 7919
        var now = ContinuousClock.now
        while now < end {
            place = (place &+ 104_729) % descriptors.count
            do { _ = try await limiter.acquire(descriptors[place]) } catch { errors += 1 }
            let answered = ContinuousClock.now
            latencies.record(UInt64((answered - now) / .nanoseconds(1)))
            now = answered
        }
        return (latencies, errors)
    }
}
