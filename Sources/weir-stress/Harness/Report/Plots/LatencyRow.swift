/// One line of what is told about waits.
struct LatencyRow {
    /// `p99.9`.
    let name: String
    /// `99.9 %`.
    let share: String
    /// Microseconds.
    let wait: Int
}

extension RunSummary.Latency {
    /// From the half to all of the callers.
    var rows: [LatencyRow] {
        let percentiles = [("50", p50), ("90", p90), ("99", p99), ("99.9", p999), ("99.99", p9999)]
        return percentiles.map { LatencyRow(name: "p\($0)", share: "\($0) %", wait: $1) }
            + [LatencyRow(name: "max", share: "all", wait: longest)]
    }
}
