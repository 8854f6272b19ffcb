internal import CoreMetrics
internal import Synchronization

/// A count that only grows; units and fractions are added up apart, so that no unit is lost in a large sum.
final class CounterCell: MetricCell, CounterHandler, FloatingPointCounterHandler {
    private struct Count {
        var units: Int64 = 0
        var fractions = 0.0
    }

    private let count = Mutex(Count())

    var samples: [MetricSample] {
        let count = count.withLock { $0 }
        guard count.fractions != 0 else { return [MetricSample(String(count.units))] }
        return [MetricSample(MetricText.number(Double(count.units) + count.fractions))]
    }

    /// A counter of this format cannot go back: what is below zero is not added.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.withLock { $0.units = $0.units.addingReportingOverflow(amount).overflow ? .max : $0.units + amount }
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        count.withLock { $0.fractions += amount }
    }

    func reset() { count.withLock { $0 = Count() } }
}
