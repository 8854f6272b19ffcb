/// A counter for each minute of the clock, which starts again at zero with the next.
struct FixedWindow: MinuteAlgorithm {
    private var minute = 0
    private var count = 0

    mutating func admits(limit: Int, window: Int, at now: Int) -> Bool {
        if now / window != minute { (minute, count) = (now / window, 0) }
        guard count < limit else { return false }
        count += 1
        return true
    }
}
