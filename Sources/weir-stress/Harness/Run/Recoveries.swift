internal import StressHistory

/// How long after the end of each fault there were still errors.
struct Recoveries {
    private let faults: [Fault]
    /// When the last caller was told of an error between the beginning of each fault and that of the next.
    private var lastErrors: [Int?]

    init(_ faults: [Fault]) {
        self.faults = faults.sorted { $0.from < $1.from }
        lastErrors = Array(repeating: nil, count: faults.count)
    }

    mutating func add(_ attempt: Attempt) {
        guard attempt.outcome == .unknown || attempt.outcome == .failed else { return }
        guard let place = faults.lastIndex(where: { $0.from <= attempt.done }) else { return }
        lastErrors[place] = max(lastErrors[place] ?? 0, attempt.done)
    }

    /// Each fault with the microseconds from its end to the last error; zero if there was none after it.
    var all: [(fault: Fault, recovery: Int)] {
        zip(faults, lastErrors).map { fault, last in (fault, max(0, (last ?? fault.until) - fault.until)) }
    }
}
