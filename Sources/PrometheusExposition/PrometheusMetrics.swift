package import CoreMetrics
internal import Synchronization

/// Keeps what is recorded through swift-metrics, and writes it down as a Prometheus server reads it.
///
/// Counters get the suffix `_total`; timers become histograms in seconds, and recorders that aggregate become histograms of
/// whole numbers. Recording takes the lock of one metric alone. What was recorded is kept as long as this is, whatever
/// becomes of the object through which it was: a counter that vanished and came back at zero would look like a restart.
package final class PrometheusMetrics: MetricsFactory {
    private let help: [String: String]
    private let families = Mutex<[String: MetricFamily]>([:])

    /// Nothing recorded yet.
    ///
    /// - Parameter help: what a metric is, by its label in swift-metrics; one that is not among these is explained by its
    ///   label.
    package init(help: [String: String] = [:]) { self.help = help }

    /// All that was recorded, in the text format 0.0.4, sorted by name and labels; the same values are the same text.
    ///
    /// It is served as `text/plain; version=0.0.4; charset=utf-8`.
    package var text: String {
        let families = families.withLock { $0 }
        return families.sorted { $0.key < $1.key }.map { $0.value.text(named: $0.key) }.joined()
    }

    /// The cell of a metric, made when it is first asked for; nil if its name is one of another kind.
    private func cell(
        _ kind: MetricFamily.Kind,
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> any MetricCell
    ) -> (any MetricCell)? {
        let name = MetricName.metric(label, isCounter: kind == .counter)
        let labels = MetricName.labels(dimensions)
        return families.withLock { families in
            let family = families[name, default: MetricFamily(kind: kind, help: help[label] ?? label)]
            guard family.kind == kind else { return nil }
            let cell = family.cells[labels] ?? make()
            families[name] = family
            families[name]?.cells[labels] = cell
            return cell
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(.counter, label, dimensions) { CounterCell() } as? CounterCell ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        cell(.counter, label, dimensions) { CounterCell() } as? CounterCell ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(.gauge, label, dimensions) { GaugeCell() } as? GaugeCell ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return cell(.gauge, label, dimensions) { GaugeCell() } as? GaugeCell ?? NOOPMetricsHandler.instance
        }
        let made = cell(.histogram, label, dimensions) { HistogramCell(bounds: Histogram.sizes) }
        return made as? HistogramCell ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let made = cell(.histogram, label, dimensions) { HistogramCell(bounds: Histogram.seconds) }
        return made as? HistogramCell ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
