internal import StressHistory

/// What it means that a primary's stream of commands was cut.
struct CutOutcome {
    /// The windows after the latest cut that may be, and after the earliest.
    private(set) var late: Checker
    private(set) var early: Checker
    /// What changed between the two, in every window that the primary heard of.
    private(set) var changes: [Int: CutChanges] = [:]
    /// What was lost at least, and at most.
    private(set) var least = Loss.Extent()
    private(set) var most = Loss.Extent()

    /// - Parameters:
    ///   - cuts: the cuts.
    ///   - failover: what the primary decided.
    ///   - base: the windows as they were before that.
    init(_ cuts: CutSearch.Result, of failover: Failover, since base: Checker) {
        let killed = max(failover.fault.from, failover.lastDecision)
        var replay = Replay(of: failover.log, since: base)
        replay.advance(to: cuts.earliest)
        early = replay.ending(with: failover.undecided)
        replay.advance(to: cuts.latest)
        late = replay.ending(with: failover.undecided)
        failover.log.forEach { attempt in
            for fact in attempt.windows {
                var change = changes[fact.window] ?? CutChanges()
                if attempt.isChange, attempt.moment > cuts.earliest, attempt.moment <= cuts.latest {
                    change.add(attempt)
                }
                changes[fact.window] = change
            }
            guard attempt.isChange else { return }
            if attempt.moment > cuts.earliest { most.add(attempt, killed: killed) }
            if attempt.moment > cuts.latest { least.add(attempt, killed: killed) }
        }
    }
}

extension Attempt {
    /// Whether Redis acknowledged that it changed something.
    fileprivate var isChange: Bool { Checker.isDecided(self) && outcome == .allowed && cost != 0 }
}

extension Loss.Extent {
    fileprivate mutating func add(_ attempt: Attempt, killed: Int) {
        decisions += 1
        units += max(0, attempt.cost)
        age = max(age, killed - attempt.moment)
    }
}
