extension Verdict {
    /// Whether it says no, for now or because of an operator's block; a cost that can never fit is an error.
    var isDenial: Bool {
        switch status {
        case .denied, .never(0): true
        default: false
        }
    }

    /// The largest cost that it denies for now; above it, the windows could never admit it.
    func ceiling(of request: DecisionRequest) -> Int {
        if case .never = status { return .max }
        return request.windows.indices.map { terms($0, of: request).limit ?? .max }.min() ?? .max
    }

    /// The same denial without what the server answered to other requests.
    func remembered(over windows: Int) -> Verdict {
        let own = numbers[start..<(start + 2 + 2 * windows)]
        return Verdict(numbers: [time] + own, start: 1, limits: limits, source: .denialMemory)
    }

    /// The same denial so many microseconds later.
    func aged(by age: Int) -> Verdict {
        var verdict = self
        verdict.age = age
        return verdict
    }
}
