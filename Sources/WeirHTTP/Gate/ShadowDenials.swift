internal import CoreMetrics
internal import Synchronization

/// Counts, by rule, what goes on only because nothing is refused.
final class ShadowDenials: Sendable {
    private let factory: any MetricsFactory
    /// Made when first needed: the limiter knows its rules, the gate learns them from its denials.
    private let counters = Mutex<[String: Counter]>([:])

    init(_ factory: any MetricsFactory) { self.factory = factory }

    func count(_ rules: [String]) {
        for rule in rules { counter(of: rule).increment() }
    }

    private func counter(of rule: String) -> Counter {
        counters.withLock { counters in
            if let counter = counters[rule] { return counter }
            let counter = Counter(label: "weir_shadow_denials", dimensions: [("rule", rule)], factory: factory)
            counters[rule] = counter
            return counter
        }
    }
}
