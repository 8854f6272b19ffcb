internal import Tracing

/// The span around one call of a limiter or a keeper.
///
/// It tells names that operators chose and bounded words. No message of an error is told: it may name a key, and that the
/// owner of it.
struct OperationSpan {
    private let span: any Span

    init(_ name: String, _ tracer: any Tracer, asksRedis: Bool, cost: Int) {
        span = tracer.startAnySpan(name, ofKind: .client)
        span.updateAttributes { attributes in
            if asksRedis { attributes["db.system"] = "redis" }
            attributes["weir.cost"] = cost
        }
    }

    func set(_ name: String, to value: String) {
        span.updateAttributes { $0[name] = value }
    }

    func set(_ name: String, to values: [String]) {
        span.updateAttributes { $0[name] = values }
    }

    /// What a policy decided in place of Redis is no failure of the call, and why it had to is recorded all the same.
    func record(_ error: WeirError) {
        let bounded = WeirError(
            error.code,
            "Redis gave no answer that could be used; the error that the caller has says more",
            mayHaveCounted: error.mayHaveCounted,
            isRetryable: error.isRetryable
        )
        span.recordError(bounded)
    }

    func fail(with error: WeirError) {
        record(error)
        span.setStatus(SpanStatus(code: .error, message: "\(error.code)"))
    }

    func end() { span.end() }
}
