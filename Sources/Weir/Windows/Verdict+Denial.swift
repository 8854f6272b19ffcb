extension Verdict {
    /// Whether it says no, for now or because of an operator's block; a cost that can never fit is an error.
    var isDenial: Bool {
        switch status {
        case .denied, .never(0): true
        default: false
        }
    }

    /// The microseconds to wait if it is a denial that ends.
    var wait: Int? {
        if case .denied(let retryAfter) = status { retryAfter } else { nil }
    }

    /// The costs that it denies for now: what was asked and more, up to the limit, above which it would be an error.
    ///
    /// Where an operator has set a limit, another may follow when that ends: there it is what was asked alone.
    func deniedCosts(of request: DecisionRequest) -> ClosedRange<Int> {
        if case .never = status { return request.least...(.max) }
        guard limits.isEmpty else { return request.least...request.least }
        let ceiling = request.windows.compactMap(\.terms.limit).min() ?? .max
        return request.least...max(request.least, ceiling)
    }
}
