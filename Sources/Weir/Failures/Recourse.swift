/// What the failure policies of all rules that apply make of a request, together.
enum Recourse: Sendable {
    /// The error is thrown.
    case fail
    /// It is refused by the rules of these names.
    case deny([String])
    /// Some of its windows are counted in this process, and that decides.
    case count(LocalRequest)
    /// It goes on uncounted.
    case allow

    /// What becomes of a request whose rules say what else than `policy` is to be done.
    init(_ request: DecisionRequest, otherwise policy: FailurePolicy) {
        let (rules, windows) = (request.subject.rules, request.windows)
        let policies = rules.map { $0.whenUnavailable ?? policy }
        guard !policies.contains(.fail) else {
            self = .fail
            return
        }
        // What only counts never refuses.
        let refusing = rules.indices.filter { policies[$0] == .deny && windows[$0].terms.limit != nil }
        guard refusing.isEmpty else {
            self = .deny(refusing.map { rules[$0].name })
            return
        }
        let shares = policies.map { policy in
            if case .local(let share) = policy { share } else { nil as Double? }
        }
        self = shares.contains { $0 != nil } ? .count(LocalRequest(request, shares: shares)) : .allow
    }
}
