package import StressHistory

/// Replays a history and finds what cannot be if Weir keeps its promises.
///
/// It takes nothing from Weir: a model of the documented window of its own says from the recorded facts alone what each
/// decision must have been told. Every violation is real. An attempt whose outcome nobody knows may have counted, in all its
/// windows or in none, at any time from when it was sent until ``FaultTimes`` says; until it shows which, what follows in
/// its windows is held against the range of what is possible. Faults excuse nothing beyond that: whatever is done to Redis,
/// a window never admits more than its limit, nobody is refused without cause, and nothing is lost.
///
/// What a history has to keep to: the workers share the server's clock; no window's length changes; limits that an operator
/// sets have no end, or the waits of denials could not be foretold; nothing is removed from Redis by other means.
///
/// Memory is bounded by what is in the trailing windows and by the attempts that are still unknown.
package struct Checker {
    /// After this many attempts, memory of windows that have emptied is given back.
    private static let restAfter = 1 << 20

    let names: WindowNames
    private let faults: FaultTimes
    var findings = Findings()
    var accounts: [Account]
    var doubts: [Doubt] = []
    var vacantDoubts: [Int] = []
    var unknowns = Unknowns()
    var recorders: [OccupancyRecorder] = []
    /// What failovers lost of the windows' admissions, while it still is in their trailing windows.
    var lost: [Int: LostTrail] = [:]
    /// Whether what happens in watched windows is kept.
    var isRecording = true
    private let watching: [Int]
    private var realTime = RealTimeOrder()
    /// The attempts of one moment, which are checked together.
    private var group: [Attempt] = []

    /// - Parameters:
    ///   - names: the windows of the history, all of them.
    ///   - faults: the disturbances that are known of.
    ///   - watching: the windows of which to keep how full they were.
    ///   - bucket: how many microseconds of that make one sample.
    package init(names: WindowNames, faults: [Fault] = [], watching: Set<Int> = [], bucket: Int = 100_000) {
        self.names = names
        self.faults = FaultTimes(faults)
        accounts = Array(repeating: Account(), count: names.all.count)
        self.watching = watching.filter { names.all.indices.contains($0) }.sorted()
        for (place, window) in self.watching.enumerated() {
            accounts[window].recorder = place
            recorders.append(OccupancyRecorder(bucket: min(max(bucket, 1), 1 << 40)))
        }
    }

    /// Takes in the next attempt of the history, in the order of ``Attempt/isBefore(_:_:)``.
    package mutating func check(_ attempt: Attempt) {
        count(attempt)
        if let problem = Form.problem(of: attempt, windows: accounts.count) {
            return report(.form, "this attempt is left out, \(problem)", [attempt])
        }
        if let last = group.last {
            if Attempt.isBefore(attempt, last) {
                report(.order, "this history is not in order; sort it by server time and place", [last, attempt])
                if attempt.moment < last.moment { return }
            } else if attempt.process == last.process, attempt.operation == last.operation {
                return report(.form, "one attempt is recorded twice, and left out the second time", [last, attempt])
            }
            if attempt.moment > last.moment { checkGroup() }
        }
        group.append(attempt)
    }

    /// Ends the history.
    package mutating func finish() -> Findings {
        checkGroup()
        for window in accounts.indices where accounts[window].doubt >= 0 { endDoubt(of: window) }
        findings.unknownCounted = unknowns.counted
        findings.unknownNotCounted = unknowns.notCounted
        findings.unknownUndecided = unknowns.undecided
        findings.windows = accounts.count { $0.period > 0 }
        for (place, window) in watching.enumerated() { findings.occupancy[window] = recorders[place].samples }
        return findings
    }

    private mutating func count(_ attempt: Attempt) {
        findings.attempts += 1
        switch attempt.outcome {
        case .allowed: findings.allowed += 1
        case .denied: findings.denied += 1
        case .unknown: findings.unknown += 1
        case .failed: findings.failed += 1
        }
        if attempt.source == .policy { findings.decidedByPolicy += 1 }
        if attempt.source == .denialMemory, attempt.outcome == .denied { findings.deniedFromMemory += 1 }
        let (wait, isTooLong) = attempt.done.subtractingReportingOverflow(attempt.sent)
        if !isTooLong, wait > findings.longestWait { (findings.longestWait, findings.longestWaiting) = (wait, attempt) }
        if findings.attempts % Self.restAfter == 0 {
            for window in accounts.indices { accounts[window].rest(at: group.last?.moment ?? 0) }
        }
    }

    // MARK: One moment

    /// Checks what was taken in last: nothing else of that moment is to come.
    mutating func settleMoment() { checkGroup() }

    private mutating func checkGroup() {
        if group.count == 1 {
            let attempt = group[0]
            if Self.isDecided(attempt) { decide(attempt) } else { keep(attempt) }
        } else if group.allSatisfy({ Self.isDecided($0) && $0.place != nil }) {
            for attempt in group { decide(attempt) }
        } else {
            // Whoever was sent at this moment may have counted before any decision of this moment.
            for attempt in group where !Self.isDecided(attempt) { keep(attempt) }
            let decisions = group.filter { Self.isDecided($0) }
            if decisions.count < 2 || decisions.allSatisfy({ $0.place != nil }) {
                for attempt in decisions.sorted(by: Attempt.isBefore) { decide(attempt) }
            } else {
                checkUnordered(decisions)
            }
        }
        group.removeAll(keepingCapacity: true)
    }

    static func isDecided(_ attempt: Attempt) -> Bool {
        attempt.source == .redis && (attempt.outcome == .allowed || attempt.outcome == .denied)
    }

    /// An attempt that Redis did not decide, or not so that anybody knows.
    private mutating func keep(_ attempt: Attempt) {
        switch attempt.outcome {
        case .unknown:
            beginDoubt(about: attempt, until: min(faults.lastMoment(of: attempt), Form.latestTime))
        case .failed where attempt.cost > 0:
            for fact in attempt.windows { accounts[fact.window].keepFailure(Footprint(attempt)) }
        case .allowed where attempt.source == .denialMemory:
            report(.safety, "an attempt was allowed from the memory of a denial, which only denies", [attempt])
        default: break
        }
    }

    /// Checks a decision whose turn it is.
    mutating func decide(_ attempt: Attempt) {
        let now = attempt.moment
        guard begin(attempt, at: now) else { return }
        if attempt.cost < 0 {
            checkRefund(attempt, at: now)
        } else if attempt.outcome == .denied {
            checkDenial(attempt, at: now)
        } else {
            checkAdmission(attempt, at: now)
        }
    }

    /// Checks when a decision was made, and lets its windows arrive at that time; false if they cannot.
    mutating func begin(_ attempt: Attempt, at now: Int) -> Bool {
        if let earlier = realTime.contradiction(to: attempt, at: now) {
            let message = "an attempt was decided after one that was sent only when it was done"
            report(.order, message, [earlier.attempt, attempt])
        }
        return open(attempt, at: now)
    }
}
