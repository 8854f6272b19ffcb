extension Verdict {
    /// What was decided.
    package enum Status: Sendable, Equatable {
        case allowed(charged: Int)
        /// `retryAfter` in microseconds.
        case denied(retryAfter: Int)
        /// The cost is above the limit; `ceiling` is the largest that could ever fit, zero if an operator has blocked it.
        case never(ceiling: Int)
        /// The window at this place is not one of ours.
        case unreadable(place: Int)
        /// What an operator has set for the window at this place is no limit.
        case unreadableLimit(place: Int)
    }
}

/// As the script writes it: a code and a detail, and neither where all that was wanted was done.
extension Verdict.Status {
    private enum Code: Int {
        case denied = -1
        case never = -2
        case unreadable = -3
        case unreadableLimit = -4
        case inPart = -5
    }

    init(_ code: Int, detail: Int) {
        self =
            switch Code(rawValue: code) {
            case .denied: .denied(retryAfter: detail)
            case .never: .never(ceiling: detail)
            case .unreadableLimit: .unreadableLimit(place: detail - 1)
            case .inPart: .allowed(charged: detail)
            case .unreadable, nil: .unreadable(place: detail - 1)
            }
    }

    /// How the answer begins to a request that wanted so many units.
    package func numbers(wanted: Int) -> [Int] {
        switch self {
        case .allowed(wanted): []
        case .allowed(let charged): [Code.inPart.rawValue, charged]
        case .denied(let retryAfter): [Code.denied.rawValue, retryAfter]
        case .never(let ceiling): [Code.never.rawValue, ceiling]
        case .unreadable(let place): [Code.unreadable.rawValue, place + 1]
        case .unreadableLimit(let place): [Code.unreadableLimit.rawValue, place + 1]
        }
    }
}
