import Foundation

/// The time that has passed, and how much of it this process has spent on the CPU.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let startOnCPU = Self.secondsOnCPU()

    /// The seconds since it was made.
    func read() -> (seconds: Double, onCPU: Double) {
        ((ContinuousClock.now - start) / .seconds(1), Self.secondsOnCPU() - startOnCPU)
    }

    private static func secondsOnCPU() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
