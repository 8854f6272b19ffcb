/// The verdict over all rules that apply to one request.
public enum Decision: Sendable, Hashable {
    /// Every rule had room, and every window was charged; or Redis did not decide, and a ``FailurePolicy`` let it go on.
    case allowed(Usage)
    /// At least one rule had no room, or refuses without Redis, and nothing was charged anywhere.
    case denied(Denial)

    /// Whether the request may go on.
    public var isAllowed: Bool {
        if case .allowed = self { true } else { false }
    }

    /// Where the windows stand.
    public var usage: Usage {
        switch self {
        case .allowed(let usage): usage
        case .denied(let denial): denial.usage
        }
    }
}
