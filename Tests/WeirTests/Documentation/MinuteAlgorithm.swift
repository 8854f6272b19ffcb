/// Another way to keep a limit, in as few lines as it takes.
protocol MinuteAlgorithm {
    init()

    /// Whether one unit more is admitted; times in milliseconds.
    mutating func admits(limit: Int, window: Int, at now: Int) -> Bool
}
