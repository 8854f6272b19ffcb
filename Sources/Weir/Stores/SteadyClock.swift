internal import Glibc

/// The time since this machine was started, which nobody sets.
enum SteadyClock {
    /// Microseconds.
    ///
    /// What `ContinuousClock` reads too, without its 128 bits of attoseconds.
    static var microseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
