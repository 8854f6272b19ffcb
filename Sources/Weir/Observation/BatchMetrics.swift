internal import CoreMetrics

/// How many decisions go out together, and how many wait.
final class BatchMetrics: Sendable {
    private let size: Recorder
    private let depth: Gauge

    /// Nil if the factory's metrics go nowhere.
    init?(_ factory: any MetricsFactory) {
        guard !factory.goesNowhere else { return nil }
        size = Recorder(label: "weir_batch_size", factory: factory)
        depth = Gauge(label: "weir_queue_depth", factory: factory)
    }

    /// So many waited when a batch was made.
    func waited(_ count: Int) { depth.record(count) }

    /// One call of the script decides so many.
    func calls(deciding count: Int) { size.record(count) }
}
