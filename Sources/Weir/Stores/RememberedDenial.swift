/// One denial as it was told, and until when it may be told again.
///
/// An object, for one reference to keep while it is looked at. Times are in microseconds, and unless it is said otherwise on a
/// clock that nobody sets.
final class RememberedDenial: Sendable {
    private let usages: [RuleUsage]
    /// On the server's clock, since the epoch.
    private let time: Int
    private let place: Int
    private let wait: Int?
    /// What was denied, and with it whatever is more, up to the limit: above that, it would be an error.
    private let costs: ClosedRange<Int>
    /// The rules in whose words it is told.
    private let edition: Int
    private let answered: Int
    let until: Int
    /// Of the memory, when it was asked for.
    let generation: Int

    init(_ verdict: Verdict, of request: DecisionRequest, answered: Int, until: Int, generation: Int) {
        usages = verdict.usages(of: request, under: request.subject.rules)
        time = verdict.time
        place = verdict.start
        wait = verdict.wait
        costs = verdict.deniedCosts(of: request)
        edition = request.subject.edition
        self.answered = answered
        self.until = until
        self.generation = generation
    }

    /// Whether it says no to a request over the same windows.
    func answers(_ request: DecisionRequest) -> Bool {
        costs.contains(request.least) && edition == request.subject.edition
    }

    /// As it is told to a request of this cost; its figures are those of now, if nobody else came.
    func told(to cost: Int, at now: Int) -> Denial {
        // A wait is counted from when it was told: from the call's start it would be shorter than promised.
        let age = max(0, now - answered)
        let usage = Usage(
            rules: usages,
            charged: 0,
            time: time,
            source: .denialMemory,
            failure: nil,
            place: place,
            age: age
        )
        return Denial(usage, of: cost, wait: wait.map { $0 - age })
    }
}
