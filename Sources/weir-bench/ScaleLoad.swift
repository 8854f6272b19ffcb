import Hiredis
import Weir

/// The load of one setting: by Weir, or by raw commands over as many keys.
struct ScaleLoad: Sendable {
    let setting: ScaleSetting
    let address: RedisAddress
    let duration: Duration

    /// So many pairs are made beforehand for each second at the most; a faster client sends the first ones again.
    private static let mostPerSecond = 500_000.0

    // MARK: Weir

    /// Limiters that are connected, and the callers of each.
    func callerLoads() async throws -> [CallerLoad] {
        let descriptors = (0..<setting.keys).map { Descriptor(application: "\($0)") }
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(10)
        // What was not decided by Redis is not measured.
        configuration.failurePolicy = .fail
        var loads: [CallerLoad] = []
        for callers in setting.callersByConnection {
            let limiter = try RateLimiter(redis: "\(address)", rules: setting.rules, configuration: configuration)
            _ = try await limiter.peek(descriptors[0])
            loads.append(CallerLoad(limiter: limiter, callers: callers, descriptors: descriptors))
        }
        return loads
    }

    func measure(_ loads: [CallerLoad]) async throws -> Measurement {
        try await Self.sideBySide(loads) { await $0.measure(for: duration) }
    }

    // MARK: Raw commands

    /// As many operations at once as there are callers, each with a pair for each window.
    func rawLoads() -> [RawLoad] {
        let (keys, windows, depths) = (setting.keys, setting.windows, setting.callersByConnection)
        let most = Int(Self.mostPerSecond * (duration / .seconds(1)))
        let prepared = min(keys, most / windows) / depths.count
        return depths.enumerated().map { place, depth in
            RawLoad(depth: depth, prepared: max(depth, prepared)) { number in
                let key = (number * depths.count + place) * CallerLoad.step % keys
                return (1...windows).flatMap { RawLoad.pair(of: NumberedKeys.raw($0)[key]) }
            }
        }
    }

    func measure(_ loads: [RawLoad]) async throws -> Measurement {
        try await Self.sideBySide(loads) { try await $0.measure(address, for: duration) }
    }

    private static func sideBySide<Load: Sendable>(
        _ loads: [Load],
        measure: @escaping @Sendable (Load) async throws -> Measurement
    ) async throws -> Measurement {
        let parts = try await withThrowingTaskGroup(of: Measurement.self, returning: [Measurement].self) { group in
            for load in loads { group.addTask { try await measure(load) } }
            var parts: [Measurement] = []
            for try await part in group { parts.append(part) }
            return parts
        }
        return Measurement(sideBySide: parts)
    }
}
