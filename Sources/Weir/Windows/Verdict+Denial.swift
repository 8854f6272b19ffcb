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

    /// The same denial so many microseconds later, from memory, without what the server answered to other requests.
    func aged(by age: Int, over windows: Int) -> Verdict {
        var numbers: [Int] = []
        numbers.reserveCapacity(3 + 2 * windows)
        numbers.append(time + age)
        if case .denied(let wait) = status {
            numbers.append(0)
            numbers.append(wait - age)
        } else {
            numbers.append(-1)
            numbers.append(0)
        }
        for place in 0..<windows {
            numbers.append(used(place))
            numbers.append(reset(place) > 0 ? reset(place) - age : 0)
        }
        return Verdict(numbers: numbers, start: 1, limits: limits, source: .denialMemory)
    }
}
