/// What has become of a request, as metrics and spans call it.
enum DecisionOutcome: String, Sendable, CaseIterable {
    case allowed
    case denied
    /// There is no decision: an error was thrown.
    case failed

    var place: Int {
        switch self {
        case .allowed: 0
        case .denied: 1
        case .failed: 2
        }
    }
}
