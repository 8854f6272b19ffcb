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
        /// Whether it has been counted among those that ended in a verdict.
        fileprivate var isCounted = false

        /// What tells it from all others.
        var identity: Identity { Identity(process: attempt.process, operation: attempt.operation) }
    }

    struct Identity: Hashable {
        let process: Int
        let operation: Int
    }

    private var records: [Record] = []
    private var vacant: [Int] = []
    /// How many ended in each verdict.
    private(set) var counted = 0
    private(set) var notCounted = 0
    private(set) var undecided = 0

    /// Keeps an attempt until all its windows have let go of it; returns its number.
    mutating func add(_ attempt: Attempt) -> Int { keep(Record(attempt: attempt, watchers: attempt.windows.count)) }

    private mutating func keep(_ record: Record) -> Int {
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
        dismiss(number)
    }

    private mutating func dismiss(_ number: Int) {
        guard records[number].watchers == 0 else { return }
        if !records[number].isCounted { add(records[number].verdict) }
        vacant.append(number)
    }

    // MARK: Going back

    /// Windows go back to what they knew at an earlier time, and with them what they knew of these attempts.
    ///
    /// - Parameters:
    ///   - present: the numbers of those that the windows watch now, one for each of them that does.
    ///   - past: those that they watched then, likewise, with the numbers that they had then.
    ///   - then: what was known then.
    /// - Returns: the numbers that those have now, by the numbers that they had.
    mutating func goBack(from present: [Int], to past: [Int], of then: Unknowns) -> [Int: Int] {
        var known: [Identity: Int] = [:]
        for number in present {
            known[records[number].identity] = number
            records[number].watchers -= 1
        }
        var numbers: [Int: Int] = [:]
        for number in past {
            let record = then[number]
            let isNew = numbers[number] == nil
            if isNew {
                numbers[number] = known.removeValue(forKey: record.identity) ?? keepAgain(record)
            }
            guard let own = numbers[number] else { continue }
            records[own].watchers += 1
            // What was proved since may have been lost.
            (records[own].verdict, records[own].window, records[own].proof) =
                (record.verdict, record.window, record.proof)
        }
        for number in known.values { dismiss(number) }
        return numbers
    }

    /// Keeps an attempt that ended in a verdict since.
    private mutating func keepAgain(_ record: Record) -> Int {
        var record = record
        (record.watchers, record.isCounted) = (0, true)
        return keep(record)
    }
}
