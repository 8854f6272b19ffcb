/// How many values fell under each bound, and what they add up to.
struct Histogram: Sendable {
    /// For times: from a tenth of a millisecond, about what one round trip to a Redis nearby takes, to a second.
    static let seconds = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
    /// For whole numbers: the powers of two up to 1,024.
    static let sizes = (0...10).map { Double(1 << $0) }

    private let bounds: [Double]
    /// Of each bound, the values that are no greater, but greater than the bound before.
    private var counts: [Int]
    private var count = 0
    private var sum = 0.0

    /// Without any value; the bounds ascend.
    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// A value that is no number falls under no bound and would make the sum useless, so it is not kept.
    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        if let place = bounds.firstIndex(where: { value <= $0 }) { counts[place] += 1 }
        count += 1
        sum += value
    }

    /// The buckets, each with all that is below its bound, then the sum and the count.
    var samples: [MetricSample] {
        var below = 0
        var samples = zip(bounds, counts).map { bound, count in
            below += count
            return MetricSample(String(below), suffix: "_bucket", label: "le=\"\(MetricText.number(bound))\"")
        }
        samples.append(MetricSample(String(count), suffix: "_bucket", label: "le=\"+Inf\""))
        samples.append(MetricSample(MetricText.number(sum), suffix: "_sum"))
        samples.append(MetricSample(String(count), suffix: "_count"))
        return samples
    }
}
