import CoreMetrics
import Synchronization

/// Counts what is counted, by label and the values of the dimensions, and keeps the last value of each gauge.
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

    private final class Level: RecorderHandler {
        let name: String
        let last = Mutex<Double?>(nil)

        init(_ name: String) { self.name = name }

        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { last.withLock { $0 = value } }
    }

    private let made = Mutex<[Count]>([])
    private let levels = Mutex<[Level]>([])

    var gauges: [String: Double] {
        levels.withLock { $0 }.reduce(into: [:]) { values, level in values[level.name] = level.last.withLock { $0 } }
    }

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
        let level = Level(label)
        levels.withLock { $0.append(level) }
        return level
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
