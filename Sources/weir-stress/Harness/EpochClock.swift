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
