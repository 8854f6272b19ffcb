internal import CoreMetrics
internal import Synchronization

/// A value that goes up and down: the last one recorded.
final class GaugeCell: MetricCell, RecorderHandler, MeterHandler {
    private let last = Mutex(0.0)

    var samples: [MetricSample] { [MetricSample(MetricText.number(last.withLock { $0 }))] }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { last.withLock { $0 = value } }
    func increment(by amount: Double) { last.withLock { $0 += amount } }
    func decrement(by amount: Double) { last.withLock { $0 -= amount } }
}
