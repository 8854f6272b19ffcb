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
    ///     with the code `temporarilyUnavailable` by default.
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
    public func response(to denial: Denial) -> RefusalResponse {
        content(of: denial).response(as: form, to: denial)
    }

    private func content(of denial: Denial) -> RefusalContent {
        let rule = denial.violated.first
        let isUnavailable = denial.usage.source == .policy
        let refusal = isUnavailable ? unavailable : rule.flatMap { byRule[$0] } ?? otherwise
        let wait = denial.retryAfter?.secondsRoundedUp
        let advice = wait.map { "Try again in \($0) second\($0 == 1 ? "" : "s")." } ?? "It has been blocked."
        return RefusalContent(
            refusal: refusal,
            problem: isUnavailable ? .temporaryReducedCapacity : .quotaExceeded,
            message: refusal.message
                ?? "\(isUnavailable ? "The limit cannot be checked now." : "Too many requests.") \(advice)",
            rule: rule,
            violated: denial.violated,
            limit: rule.flatMap { denial.usage[$0]?.limit },
            retryAfter: wait
        )
    }
}
