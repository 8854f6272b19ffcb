/// The script's answer to one request, as it came: a part of the integers that the whole batch was answered with.
package struct Verdict: Sendable {
    /// The answer to the whole batch; the first is the server's time in microseconds since the epoch.
    package let numbers: [Int]
    /// Where this request's answer begins: with what was done, if that is not all of it.
    package let start: Int
    /// The units that were wanted.
    package let wanted: Int
    /// The limits that are not their rules' own, by place.
    package let limits: [Int: Int]
    /// Who decided.
    package let source: Usage.Source

    package init(
        numbers: [Int],
        start: Int,
        wanted: Int,
        limits: [Int: Int] = [:],
        source: Usage.Source = .redis
    ) {
        self.numbers = numbers
        self.start = start
        self.wanted = wanted
        self.limits = limits
        self.source = source
    }

    package var time: Int { numbers[0] }

    package var status: Status {
        guard !Self.isWhole(numbers[start]) else { return .allowed(charged: wanted) }
        return Status(numbers[start], detail: numbers[start + 1])
    }

    /// Whether an answer that begins with this says that all was done: then its usages follow at once.
    static func isWhole(_ first: Int) -> Bool { first >= 0 }

    /// How many integers an answer has that begins with this.
    static func length(_ first: Int, windows: Int) -> Int { (isWhole(first) ? 0 : 2) + 2 * windows }

    /// What the window at a place allows: as its rule says, or with the limit that has been set for it.
    func terms(_ place: Int, of request: DecisionRequest) -> Terms {
        let terms = request.subject.shape.terms[place]
        return limits[place].map { terms.with(limit: $0) } ?? terms
    }

    /// How time passes for the window at a place.
    private func pace(_ place: Int, of request: DecisionRequest) -> Pace {
        let shape = request.subject.shape
        return limits.isEmpty ? shape.paces[place] : terms(shape.pools[place] ?? place, of: request).pace
    }

    /// Where the window of each rule stands.
    func usages(of request: DecisionRequest, under rules: [Rule]) -> [RuleUsage] {
        rules.indices.map { place in
            RuleUsage(
                rule: rules[place],
                limit: terms(place, of: request).limit,
                pace: pace(place, of: request),
                used: used(place),
                reset: reset(place)
            )
        }
    }

    /// Whether it is one that the script gives to such a request.
    func isIntelligible(for request: DecisionRequest) -> Bool {
        switch status {
        case .unreadable(let place), .unreadableLimit(let place): request.windows.indices.contains(place)
        case .allowed(let charged): request.least <= charged && charged <= request.most
        default: true
        }
    }

    package func used(_ place: Int) -> Int { numbers[usages + 2 * place] }
    /// Microseconds until the oldest counted units leave; zero if there are none.
    package func reset(_ place: Int) -> Int { max(0, numbers[usages + 1 + 2 * place]) }

    private var usages: Int { Self.isWhole(numbers[start]) ? start : start + 2 }
}
