internal import CoreMetrics
internal import Synchronization

/// A distribution: of times, which arrive in nanoseconds and are kept in seconds, or of numbers.
final class HistogramCell: MetricCell, RecorderHandler, TimerHandler {
    private let histogram: Mutex<Histogram>

    init(bounds: [Double]) { histogram = Mutex(Histogram(bounds: bounds)) }

    var samples: [MetricSample] { histogram.withLock { $0 }.samples }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { histogram.withLock { $0.add(value) } }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
