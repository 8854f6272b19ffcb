/// The verdict over all rules that apply to one request.
public enum Decision: Sendable, Hashable {
    /// Every rule had room, and every window was charged.
    case allowed(Usage)
    /// At least one rule had no room, and nothing was charged anywhere.
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

/// A refusal: which rules had no room, and how long to wait.
public struct Denial: Sendable, Hashable {
    /// Where the windows stand; the refusal charged nothing.
    public let usage: Usage
    /// The names of the rules that had no room, in the order of the rules.
    public let violated: [String]
    /// The shortest wait after which this very request fits if nobody else comes.
    ///
    /// Denied at 12:00:43.000 with 17 seconds to wait, the same request is admitted at 12:01:00.000.
    public let retryAfter: Duration
}
