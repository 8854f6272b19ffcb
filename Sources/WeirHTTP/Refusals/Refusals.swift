public import Weir
internal import WeirFields

/// With what a refused request is answered, by the rule that refused.
///
/// ```swift
/// Refusals(byRule: ["group": Refusal(status: .init(code: 402), code: "groupLimitReached")], form: .problem)
/// ```
public struct Refusals: Sendable {
    private let byRule: [String: Refusal]
    private let otherwise: Refusal
    private let unavailable: Refusal
    private let form: RefusalForm<Denial>

    /// Refusals for rules by name, and one for the others.
    ///
    /// When several rules refuse, the first of them in the order of the rules decides.
    ///
    /// - Parameters:
    ///   - byRule: the refusals by the name of the rule.
    ///   - otherwise: that of the other rules; 429 with the code `rateLimitReached` by default.
    ///   - unavailable: that of every rule that refuses by `FailurePolicy.deny`, for the client has not reached a limit; 503
    ///     with the code `temporarilyUnavailable` by default. A request that was not decided, by `FailurePolicy.fail`, is
    ///     answered with it too.
    ///   - form: in what form the body says it; Weir's own JSON by default.
    public init(
        byRule: [String: Refusal] = [:],
        otherwise: Refusal = .rateLimitReached,
        unavailable: Refusal = .temporarilyUnavailable,
        form: RefusalForm<Denial> = .json
    ) {
        self.byRule = byRule
        self.otherwise = otherwise
        self.unavailable = unavailable
        self.form = form
    }

    /// The response to a request that was denied so.
    ///
    /// - Parameters:
    ///   - denial: the verdict.
    ///   - retryAfter: the wait that `Retry-After` tells, such as one with jitter, so that the body tells the same; that of
    ///     the denial by default. A custom form is given a denial with this wait.
    /// - Returns: status and body.
    public func response(to denial: Denial, retryAfter: Duration? = nil) -> RefusalResponse {
        let denial = retryAfter.map { denial.telling(retryAfter: $0) } ?? denial
        return content(of: denial).response(as: form, to: denial)
    }

    /// The response to a request that Redis did not decide, which `FailurePolicy.fail` throws.
    ///
    /// `{"code":"temporarilyUnavailable","message":"The limit cannot be checked now. Try again later."}` with 503 by
    /// default. A custom form is given a denial without rules, whose `usage.failure` is the error.
    ///
    /// - Parameter error: what the limiter has thrown.
    /// - Returns: status and body; nil if the error is not that of a Redis that fails, but a mistake in the question, a
    ///   task that was cancelled, or a limiter that was shut down.
    public func response(to error: WeirError) -> RefusalResponse? {
        error.isUnavailability ? response(to: Denial(undecided: error)) : nil
    }

    private func content(of denial: Denial) -> RefusalContent {
        let rule = denial.violated.first
        let isUnavailable = denial.usage.source == .policy
        let refusal = isUnavailable ? unavailable : rule.flatMap { byRule[$0] } ?? otherwise
        let wait = denial.retryAfter?.secondsRoundedUp
        let advice =
            wait.map { "Try again in \($0) second\($0 == 1 ? "" : "s")." }
            ?? (isUnavailable ? "Try again later." : "It has been blocked.")
        return RefusalContent(
            refusal: refusal,
            problem: isUnavailable ? .temporaryReducedCapacity : .quotaExceeded,
            message: refusal.message
                ?? "\(isUnavailable ? "The limit cannot be checked now." : "Too many requests.") \(advice)",
            rule: rule,
            violated: denial.violated.isEmpty ? nil : denial.violated,
            limit: rule.flatMap { denial.usage[$0]?.limit },
            retryAfter: wait
        )
    }
}
