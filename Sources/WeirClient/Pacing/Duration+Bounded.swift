extension Duration {
    /// As good as for ever, and far from where sums overflow: ten years.
    private static let longest = Duration.seconds(315_360_000)

    /// At least so long, and at most ten years.
    func bounded(atLeast least: Duration = .zero) -> Duration { min(max(self, least), .longest) }
}
