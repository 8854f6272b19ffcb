internal import Foundation

/// The time of day in microseconds, as Redis tells it.
package enum WallClock {
    package static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }

    /// Waits until a time of day, or not at all if it is over.
    package static func sleep(until time: Int) async throws {
        let rest = time - now
        if rest > 0 { try await Task.sleep(for: .microseconds(rest)) }
    }
}
