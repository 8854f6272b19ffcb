internal import StressHistory

/// The attempts of which nobody could say whether they counted, for as long as a window may still show it.
struct Unknowns {
    enum Verdict {
        case undecided, counted, notCounted
    }

    struct Record {
        let attempt: Attempt
        var verdict: Verdict = .undecided
        /// The window that showed it, and the decision by which it did.
        var window = 0
        var proof: Footprint = .none
        /// How many windows may still say something about it.
        fileprivate var watchers: Int
    }

    private var records: [Record] = []
    private var vacant: [Int] = []
    /// How many ended in each verdict.
    private(set) var counted = 0
    private(set) var notCounted = 0
    private(set) var undecided = 0

    /// Keeps an attempt until all its windows have let go of it; returns its number.
    mutating func add(_ attempt: Attempt) -> Int {
        let record = Record(attempt: attempt, watchers: attempt.windows.count)
        guard let number = vacant.popLast() else {
            records.append(record)
            return records.count - 1
        }
        records[number] = record
        return number
    }

    /// Counts an attempt that no window can say anything about.
    mutating func add(_ verdict: Verdict) {
        switch verdict {
        case .counted: counted += 1
        case .notCounted: notCounted += 1
        case .undecided: undecided += 1
        }
    }

    subscript(number: Int) -> Record { records[number] }

    /// Notes what a window shows.
    mutating func decide(_ number: Int, _ verdict: Verdict, by window: Int, in decision: Attempt) {
        records[number].verdict = verdict
        records[number].window = window
        records[number].proof = Footprint(decision)
    }

    /// A window will say no more about it.
    mutating func release(_ number: Int) {
        records[number].watchers -= 1
        guard records[number].watchers == 0 else { return }
        add(records[number].verdict)
        vacant.append(number)
    }
}
