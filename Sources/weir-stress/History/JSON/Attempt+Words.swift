extension Attempt.Outcome {
    /// The word for it in a file.
    var word: StaticString {
        switch self {
        case .allowed: "allowed"
        case .denied: "denied"
        case .unknown: "unknown"
        case .failed: "failed"
        }
    }
}

extension Attempt.Source {
    /// The word for it in a file.
    var word: StaticString {
        switch self {
        case .redis: "redis"
        case .denialMemory: "denialMemory"
        case .policy: "policy"
        }
    }
}
