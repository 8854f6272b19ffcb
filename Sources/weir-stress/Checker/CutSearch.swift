internal import StressHistory

/// Looks for the cut in a primary's stream of commands that explains what was seen after a failover: all decisions until
/// then survived, and none after it.
struct CutSearch {
    /// Cuts, by the last time that survived.
    struct Result {
        /// The one with the smallest loss.
        var latest: Int
        /// The one with the largest.
        var earliest: Int
        /// Whether they explain everything; if none does, both are the one that leaves the least unexplained.
        var isExplained: Bool
    }

    /// Cuts that the first look at each window does not exclude are tried, until one holds; then as many from the other end.
    private static let mostTried = 512
    private static let mostAtOnce = 16
    /// What leaves more unexplained is not of interest.
    private static let mostViolations = 50

    private let base: Checker
    private let log: AttemptLog
    private let undecided: AttemptLog
    /// The attempts on the affected windows after the failover.
    private let after: AttemptLog
    private let start: Int

    init(_ failover: Failover, since base: Checker, after: AttemptLog) {
        self.base = base
        log = failover.log
        undecided = failover.undecided
        self.after = after
        start = (Replay(of: log, since: base).nextTime ?? failover.fault.from) - 1
    }

    func run() -> Result {
        let cuts = possibleCuts()
        var (best, violations) = (cuts[cuts.count - 1], Int.max)
        var (rest, size) = (cuts[...], 1)
        while violations > 0, !rest.isEmpty, cuts.count - rest.count < Self.mostTried {
            for (cut, count) in tried(rest.suffix(size), most: min(violations, Self.mostViolations))
            where count <= violations {
                (best, violations) = (cut, count)
            }
            rest = rest.dropLast(size)
            size = min(size * 2, Self.mostAtOnce)
        }
        guard violations == 0 else { return Result(latest: best, earliest: best, isExplained: false) }
        return Result(latest: best, earliest: earliest(of: cuts.filter { $0 < best }) ?? best, isExplained: true)
    }

    /// The earliest of the cuts that explain everything, or one before it; nil if there is none.
    private func earliest(of cuts: [Int]) -> Int? {
        var (rest, size) = (cuts[...], 1)
        while !rest.isEmpty {
            guard cuts.count - rest.count < Self.mostTried else { return rest.first }
            if let first = tried(rest.prefix(size), most: 0).first(where: { $0.violations == 0 }) { return first.cut }
            rest = rest.dropFirst(size)
            size = min(size * 2, Self.mostAtOnce)
        }
        return nil
    }

    // MARK: What the first look at each window says

    /// The cuts, the earliest first, that the fewest of the first decisions on each window contradict.
    private func possibleCuts() -> [Int] {
        var tellings = firstTellings()
        var replay = Replay(of: log, since: base)
        var misfits: Set<Int> = []
        for (window, telling) in tellings where !fits(telling, window, replay.past) { misfits.insert(window) }
        var (cuts, fewest) = ([start], misfits.count)
        while let time = replay.advance() {
            for attempt in replay.attempts {
                for fact in attempt.windows {
                    if !Checker.isDecided(attempt) { Self.count(attempt, in: &tellings[fact.window], isSeen: true) }
                    guard let telling = tellings[fact.window] else { continue }
                    if fits(telling, fact.window, replay.past) {
                        misfits.remove(fact.window)
                    } else {
                        misfits.insert(fact.window)
                    }
                }
            }
            if misfits.count < fewest { (cuts, fewest) = ([], misfits.count) }
            if misfits.count == fewest { cuts.append(time) }
        }
        return cuts
    }

    private func fits(_ telling: FirstTelling, _ window: Int, _ past: Checker) -> Bool {
        telling.fits(past.accounts[window], past.doubt(about: window))
    }

    private func firstTellings() -> [Int: FirstTelling] {
        var tellings: [Int: FirstTelling] = [:]
        var waiting: [Int: [Int]] = [:]
        after.forEach { attempt in
            for fact in attempt.windows {
                if !Checker.isDecided(attempt) {
                    if tellings[fact.window] == nil, attempt.outcome == .unknown {
                        waiting[fact.window, default: []].append(attempt.cost)
                    }
                } else if let known = tellings[fact.window] {
                    if attempt.place == nil, known.time == attempt.moment {
                        tellings[fact.window]?.isAmbiguous = true
                    }
                } else {
                    var telling = FirstTelling(fact, of: attempt)
                    for cost in waiting[fact.window] ?? [] { telling.add(cost) }
                    tellings[fact.window] = telling
                }
            }
        }
        undecided.forEach { attempt in
            for fact in attempt.windows { Self.count(attempt, in: &tellings[fact.window], isSeen: false) }
        }
        return tellings
    }

    private static func count(_ attempt: Attempt, in telling: inout FirstTelling?, isSeen: Bool) {
        guard attempt.outcome == .unknown else { return }
        if isSeen { telling?.remove(attempt.cost) } else { telling?.add(attempt.cost) }
    }

    // MARK: What all that followed says

    /// Cuts in ascending order, and how much of what followed each of them leaves unexplained, up to a few more than `most`.
    private func tried(_ cuts: ArraySlice<Int>, most: Int) -> [(cut: Int, violations: Int)] {
        var replay = Replay(of: log, since: base)
        return cuts.map { cut in
            replay.advance(to: cut)
            return (cut, violations(after: replay.ending(with: undecided), most: most))
        }
    }

    private func violations(after loss: Checker, most: Int) -> Int {
        var checker = loss.silent()
        var cursor = AttemptLog.Cursor()
        while let attempt = after.next(&cursor) {
            checker.check(attempt)
            if checker.findings.violationCount > most { break }
        }
        checker.settleMoment()
        return checker.findings.violationCount
    }
}
