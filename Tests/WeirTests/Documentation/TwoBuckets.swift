/// A fixed window that also counts the one before, weighted by how much of it the trailing window still covers.
struct TwoBuckets: MinuteAlgorithm {
    private var minute = 0
    private var count = 0
    private var before = 0

    mutating func admits(limit: Int, window: Int, at now: Int) -> Bool {
        if now / window != minute {
            (minute, before, count) = (now / window, now / window == minute + 1 ? count : 0, 0)
        }
        let rest = window - now % window
        guard before * rest / window + count < limit else { return false }
        count += 1
        return true
    }
}
