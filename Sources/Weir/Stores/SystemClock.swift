internal import Glibc

/// The clocks of this machine, in microseconds.
enum SystemClock {
    /// The time of day since the epoch, which may be set.
    static var sinceEpoch: Int { read(CLOCK_REALTIME) }

    /// The time since the machine was started, which nobody sets.
    ///
    /// `ContinuousClock` reads the same, and makes 128 bits of attoseconds of it.
    static var sinceStart: Int { read(CLOCK_BOOTTIME) }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
