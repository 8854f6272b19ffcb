internal import Histogram

/// How long callers waited, in microseconds.
struct Latencies {
    private var histogram: Histogram<UInt32>

    /// Up to an hour, to a tenth of a percent or, in a tenth of the memory, to one.
    init(isCoarse: Bool = false) {
        histogram = Histogram(
            highestTrackableValue: 3_600_000_000,
            numberOfSignificantValueDigits: isCoarse ? .two : .three
        )
    }

    mutating func add(_ microseconds: Int) { _ = histogram.record(UInt64(max(0, microseconds))) }

    /// The time that so many of a hundred did not exceed.
    func percentile(_ share: Double) -> Int { Int(histogram.valueAtPercentile(share)) }

    var longest: Int { Int(histogram.max) }

    var summary: RunSummary.Latency {
        RunSummary.Latency(
            p50: percentile(50),
            p90: percentile(90),
            p99: percentile(99),
            p999: percentile(99.9),
            p9999: percentile(99.99),
            longest: longest
        )
    }
}
