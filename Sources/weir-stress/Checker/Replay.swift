internal import StressHistory

/// Takes in a log once more, moment by moment: what the windows would be if the rest of it had been lost.
struct Replay {
    private(set) var past: Checker
    /// The attempts of the moment that was taken in last.
    private(set) var attempts: [Attempt] = []
    private let log: AttemptLog
    private var cursor = AttemptLog.Cursor()
    private var next: Attempt?
    private var time = Int.min

    init(of log: AttemptLog, since base: Checker) {
        past = base.silent()
        self.log = log
        next = log.next(&cursor)
    }

    /// When the next moment is; nil if there is none.
    var nextTime: Int? { next.map(\.moment) }

    /// Takes in all attempts of the next moment, and returns when that is; nil if there is none.
    mutating func advance() -> Int? {
        guard let first = next else { return nil }
        time = first.moment
        attempts.removeAll(keepingCapacity: true)
        // In a history that is not in order some may be earlier.
        while let attempt = next, attempt.moment <= time {
            attempts.append(attempt)
            past.check(attempt)
            next = log.next(&cursor)
        }
        past.settleMoment()
        return time
    }

    /// Takes in everything up to a time.
    mutating func advance(to time: Int) {
        while let next, next.moment <= time { _ = advance() }
    }

    /// The windows as they are if all after the last moment was lost: what nobody decided may count all the same, later.
    ///
    /// - Parameter undecided: what nobody decided, of the whole log.
    /// - Returns: a checker that has taken in nothing later.
    func ending(with undecided: AttemptLog) -> Checker {
        var checker = past
        undecided.forEach { attempt in
            if attempt.moment > time { checker.check(attempt) }
        }
        checker.settleMoment()
        return checker
    }
}
