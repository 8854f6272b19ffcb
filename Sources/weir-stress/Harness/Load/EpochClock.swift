internal import Glibc

/// The clock that a history is written by: the one that Redis on the same machine reads, too.
package enum EpochClock {
    /// Microseconds since the epoch.
    package static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}

extension EpochClock {
    /// Waits until a time, or not at all if it is over.
    package static func sleep(until time: Int) async throws {
        let rest = time - now
        if rest > 0 { try await Task.sleep(for: .microseconds(rest)) }
    }
}
