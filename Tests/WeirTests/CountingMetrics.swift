import CoreMetrics
import Synchronization

/// Counts what is counted, by label and the values of the dimensions.
final class CountingMetrics: MetricsFactory {
    private final class Count: CounterHandler {
        let name: String
        let counts: Mutex<[String: Int64]>

        init(_ name: String, _ counts: consuming Mutex<[String: Int64]>) {
            self.name = name
            self.counts = counts
        }

        func increment(by amount: Int64) { counts.withLock { $0[name, default: 0] += amount } }
        func reset() {}
    }

    private let made = Mutex<[Count]>([])

    var counts: [String: Int64] {
        made.withLock { $0 }.reduce(into: [:]) { sum, count in
            sum.merge(count.counts.withLock { $0 }, uniquingKeysWith: +)
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let count = Count(([label] + dimensions.map(\.1)).joined(separator: " "), Mutex([:]))
        made.withLock { $0.append(count) }
        return count
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
