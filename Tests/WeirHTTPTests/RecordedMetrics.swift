import CoreMetrics
import Synchronization

/// Counts what is counted, by label and the values of the dimensions.
final class RecordedMetrics: MetricsFactory {
    private final class Count: CounterHandler {
        let name: String
        let metrics: RecordedMetrics

        init(_ name: String, _ metrics: RecordedMetrics) {
            self.name = name
            self.metrics = metrics
        }

        func increment(by amount: Int64) { metrics.recorded.withLock { $0[name, default: 0] += amount } }
        func reset() {}
    }

    private let recorded = Mutex<[String: Int64]>([:])

    var counts: [String: Int64] { recorded.withLock { $0 } }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Count(([label] + dimensions.map { "\($0)=\($1)" }).joined(separator: " "), self)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
