internal import CoreMetrics

/// The counters of one rule, made once and found by place: no text is looked up for a decision.
final class RuleCounters: Sendable {
    private let decisions: [MadeWhenNeeded<Counter>]
    private let nearLimit: Counter

    /// - Parameters:
    ///   - rule: the rule's name.
    ///   - source: who usually decides: those counters are there from the start, so that their first decision is an
    ///     increase from zero.
    ///   - factory: where they go.
    init(of rule: String, decidedBy source: Usage.Source, _ factory: any MetricsFactory) {
        decisions = DecisionOutcome.allCases.flatMap { outcome in
            Usage.Source.all.map { source in
                MadeWhenNeeded {
                    let dimensions = [
                        ("rule", rule), ("outcome", outcome.rawValue), ("source", source.description),
                    ]
                    return Counter(label: "weir_decisions", dimensions: dimensions, factory: factory)
                }
            }
        }
        nearLimit = Counter(label: "weir_near_limit", dimensions: [("rule", rule)], factory: factory)
        for outcome in [DecisionOutcome.allowed, .denied] { _ = counter(outcome, source).value }
    }

    private func counter(_ outcome: DecisionOutcome, _ source: Usage.Source) -> MadeWhenNeeded<Counter> {
        decisions[outcome.place * Usage.Source.all.count + source.place]
    }

    func count(_ outcome: DecisionOutcome, by source: Usage.Source) { counter(outcome, source).value.increment() }

    func countNearLimit() { nearLimit.increment() }
}
