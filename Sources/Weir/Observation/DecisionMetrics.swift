internal import CoreMetrics
internal import Synchronization

/// What is counted and measured of decisions; ``RateLimiter/Configuration/metrics`` says what each number is.
final class DecisionMetrics: Sendable {
    private let factory: any MetricsFactory
    private let source: Usage.Source
    private let latencies: [MadeWhenNeeded<Timer>]
    /// Of all rules that the limiter ever had, by name.
    private let counters = Mutex<[String: RuleCounters]>([:])

    /// Metrics of a limiter that usually has its decisions from `source`; nil if the factory's go nowhere.
    init?(_ factory: any MetricsFactory, decidedBy source: Usage.Source) {
        guard !factory.goesNowhere else { return nil }
        self.factory = factory
        self.source = source
        latencies = Usage.Source.all.map { source in
            MadeWhenNeeded {
                Timer(
                    label: "weir_decision_seconds",
                    dimensions: [("source", source.description)],
                    factory: factory
                )
            }
        }
    }

    /// The counters of rules, the same ones whenever a rule of that name is there again.
    func counters(of rules: [String]) -> [RuleCounters] {
        counters.withLock { counters in
            rules.map { rule in
                if let known = counters[rule] { return known }
                let made = RuleCounters(of: rule, decidedBy: source, factory)
                counters[rule] = made
                return made
            }
        }
    }

    /// Counts a decision once for each rule that applies, a denial for each that was violated.
    func decided(_ decision: Decision, about subject: Subject) {
        switch decision {
        case .allowed(let usage):
            for counters in subject.counters { counters.count(.allowed, by: usage.source) }
        case .denied(let denial):
            let violated = denial.violated
            for (rule, counters) in zip(subject.rules, subject.counters) where violated.contains(rule.name) {
                counters.count(.denied, by: denial.usage.source)
            }
        }
    }

    func failed(by source: Usage.Source, about subject: Subject) {
        for counters in subject.counters { counters.count(.failed, by: source) }
    }

    func took(_ time: Duration, by source: Usage.Source) {
        latencies[source.place].value.recordNanoseconds(time.microseconds * 1000)
    }
}

extension MetricsFactory {
    /// Whether nobody ever sees what is recorded.
    var goesNowhere: Bool { self is NOOPMetricsHandler }
}
