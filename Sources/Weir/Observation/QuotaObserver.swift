internal import CoreMetrics
internal import Tracing

/// Counts and traces what a keeper decides about creations and sites.
final class QuotaObserver: Sendable {
    enum Quota: String, Sendable, CaseIterable {
        case creations
        case sites

        fileprivate var spanName: String {
            switch self {
            case .creations: "weir.create"
            case .sites: "weir.register"
            }
        }
    }

    private let counters: [Quota: [Counter]]?
    private let tracer: (any Tracer)?
    private let asksRedis: Bool

    /// Nil if metrics go nowhere and nobody traces.
    init?(_ configuration: RateLimiter.Configuration, asksRedis: Bool) {
        let factory = configuration.metrics
        tracer = configuration.tracer
        self.asksRedis = asksRedis
        guard !factory.goesNowhere else {
            counters = nil
            if tracer == nil { return nil }
            return
        }
        counters = Dictionary(
            uniqueKeysWithValues: Quota.allCases.map { quota in
                let counters = DecisionOutcome.allCases.map { outcome in
                    let dimensions = [("quota", quota.rawValue), ("outcome", outcome.rawValue)]
                    return Counter(label: "weir_quota_decisions", dimensions: dimensions, factory: factory)
                }
                return (quota, counters)
            }
        )
    }

    /// Observes one decision over a quota.
    func observe<Answer>(
        _ quota: Quota,
        cost: Int,
        isAllowed: (Answer) -> Bool,
        _ decide: () async throws(WeirError) -> Answer
    ) async throws(WeirError) -> Answer {
        let span = tracer.map { OperationSpan(quota.spanName, $0, asksRedis: asksRedis, cost: cost) }
        defer { span?.end() }
        do throws(WeirError) {
            let answer = try await decide()
            ended(isAllowed(answer) ? .allowed : .denied, quota, span)
            return answer
        } catch {
            ended(.failed, quota, span)
            span?.fail(with: error)
            throw error
        }
    }

    private func ended(_ outcome: DecisionOutcome, _ quota: Quota, _ span: OperationSpan?) {
        counters?[quota]?[outcome.place].increment()
        span?.set("weir.outcome", to: outcome.rawValue)
    }
}
