extension RunSummary {
    /// How long callers waited: each share of them no longer than so many microseconds.
    package struct Latency: Sendable, Hashable {
        package var p50: Int
        package var p90: Int
        package var p99: Int
        package var p999: Int
        package var p9999: Int
        package var longest: Int

        package init(p50: Int, p90: Int, p99: Int, p999: Int, p9999: Int, longest: Int) {
            self.p50 = p50
            self.p90 = p90
            self.p99 = p99
            self.p999 = p999
            self.p9999 = p9999
            self.longest = longest
        }
    }
}
