internal import Glibc

/// The time of day of this machine.
enum WallClock {
    /// Microseconds since the epoch.
    static var microseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
