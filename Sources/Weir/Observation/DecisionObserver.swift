internal import Tracing

/// Counts, measures and traces the decisions of a limiter.
///
/// A limiter has none if nobody wants to know: then a decision costs one look at that.
final class DecisionObserver: Sendable {
    private let metrics: DecisionMetrics?
    private let tracer: (any Tracer)?
    private let source: Usage.Source

    /// Nil if metrics go nowhere and nobody traces.
    init?(_ configuration: RateLimiter.Configuration, decidedBy source: Usage.Source) {
        metrics = DecisionMetrics(configuration.metrics, decidedBy: source)
        tracer = configuration.tracer
        self.source = source
        if metrics == nil, tracer == nil { return nil }
    }

    /// The counters of rules; none if nobody counts.
    func counters(of rules: [String]) -> [RuleCounters] { metrics?.counters(of: rules) ?? [] }

    /// Observes one decision.
    func observe(
        _ request: DecisionRequest,
        _ decide: () async throws(WeirError) -> Decision
    ) async throws(WeirError) -> Decision {
        let start = ContinuousClock.now
        let span = tracer.map { OperationSpan("weir.acquire", $0, asksRedis: source == .redis, cost: request.most) }
        span?.set("weir.rules", to: request.subject.rules.map(\.name))
        defer { span?.end() }
        do throws(WeirError) {
            let decision = try await decide()
            let usage = decision.usage
            metrics?.took(start.duration(to: .now), by: usage.source)
            metrics?.decided(decision, about: request.subject)
            span?.ended(decision.isAllowed ? .allowed : .denied, by: usage.source)
            if let failure = usage.failure { span?.record(failure) }
            return decision
        } catch {
            let source = source(of: error)
            metrics?.took(start.duration(to: .now), by: source)
            metrics?.failed(by: source, about: request.subject)
            span?.ended(.failed, by: source)
            span?.fail(with: error)
            throw error
        }
    }

    /// Whose error it is: where Redis does not decide, that of ``FailurePolicy/fail``.
    private func source(of error: WeirError) -> Usage.Source {
        source == .redis && error.isUnavailability ? .policy : source
    }
}

extension OperationSpan {
    fileprivate func ended(_ outcome: DecisionOutcome, by source: Usage.Source) {
        set("weir.outcome", to: outcome.rawValue)
        set("weir.source", to: source.description)
    }
}
