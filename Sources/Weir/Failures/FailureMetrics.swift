internal import CoreMetrics
internal import Synchronization

/// What is counted of the failures of Redis; ``RateLimiter/Configuration/metrics`` says what each number is.
final class FailureMetrics: Sendable {
    private struct Decided: Hashable {
        let policy: String
        let reason: WeirError.Code
    }

    private let factory: any MetricsFactory
    private let unknown: Counter
    private let opened: Counter
    private let settled: Counter
    private let isOpen: Gauge
    /// Made when first needed: most of the combinations never occur.
    private let decisions = Mutex<[Decided: Counter]>([:])

    /// Nil if the factory's metrics go nowhere.
    init?(_ factory: any MetricsFactory) {
        guard !factory.goesNowhere else { return nil }
        self.factory = factory
        unknown = Counter(label: "weir_unknown_outcomes", factory: factory)
        opened = Counter(label: "weir_breaker_opened", factory: factory)
        settled = Counter(label: "weir_local_settled", factory: factory)
        isOpen = Gauge(label: "weir_breaker_open", factory: factory)
        isOpen.record(0)
    }

    func decided(by policy: String, because reason: WeirError.Code) {
        let decided = Decided(policy: policy, reason: reason)
        let counter = decisions.withLock { decisions in
            if let counter = decisions[decided] { return counter }
            let dimensions = [("policy", decided.policy), ("reason", reason.description)]
            let counter = Counter(label: "weir_policy_decisions", dimensions: dimensions, factory: factory)
            decisions[decided] = counter
            return counter
        }
        counter.increment()
    }

    /// A call may have counted, or not.
    func outcomeIsUnknown() { unknown.increment() }

    func breakerChanged(_ change: Breaker.Change, open count: Int) {
        if change == .opened { opened.increment() }
        open(count)
    }

    /// So many servers are not asked.
    func open(_ count: Int) { isOpen.record(count) }

    func told(_ units: Int) { settled.increment(by: units) }
}
