package import CoreMetrics
internal import Synchronization

/// Counts what is counted, by label and the values of the dimensions, and keeps the values of each gauge and timer.
package final class CountingMetrics: MetricsFactory {
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

    private final class Level: RecorderHandler, TimerHandler {
        let name: String
        let values = Mutex<[Double]>([])

        init(_ name: String) { self.name = name }

        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { values.withLock { $0.append(value) } }
        func recordNanoseconds(_ duration: Int64) { record(duration) }
    }

    private let counters = Mutex<[Count]>([])
    private let asked = Mutex<[String]>([])
    private let levels = Mutex<[Level]>([])

    package init() {}

    package var gauges: [String: Double] {
        levels.withLock { $0 }.reduce(into: [:]) { last, level in last[level.name] = level.values.withLock { $0.last } }
    }

    /// All that was recorded by gauges, recorders and timers.
    package var values: [String: [Double]] {
        levels.withLock { $0 }.reduce(into: [:]) { all, level in
            let values = level.values.withLock { $0 }
            if !values.isEmpty { all[level.name, default: []] += values }
        }
    }

    /// What was asked for, with the names of the dimensions, whether or not anything was recorded.
    package var made: [String] { asked.withLock { $0 } }

    /// Those of `counts` whose name begins so.
    package func counts(of label: String) -> [String: Int64] { counts.filter { $0.key.hasPrefix(label + " ") } }

    package var counts: [String: Int64] {
        counters.withLock { $0 }.reduce(into: [:]) { sum, count in
            sum.merge(count.counts.withLock { $0 }, uniquingKeysWith: +)
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let count = Count(name(label, dimensions), Mutex([:]))
        counters.withLock { $0.append(count) }
        return count
    }

    private func name(_ label: String, _ dimensions: [(String, String)]) -> String {
        let words = [label] + dimensions.map { "\($0)=\($1)" }
        asked.withLock { $0.append(words.joined(separator: " ")) }
        return ([label] + dimensions.map(\.1)).joined(separator: " ")
    }

    private func level(_ label: String, _ dimensions: [(String, String)]) -> Level {
        let level = Level(name(label, dimensions))
        levels.withLock { $0.append(level) }
        return level
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        level(label, dimensions)
    }
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        level(label, dimensions)
    }
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
