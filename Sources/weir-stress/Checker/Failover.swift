internal import StressHistory

/// A failover, and what its primary decided shortly before it was killed.
struct Failover {
    /// How long before the kill, in microseconds, something may have been decided that the replica did not have.
    ///
    /// A replica on a living link lags by milliseconds. One that lags by seconds has lost its link, and the servers do not let
    /// it take over: Redis Cluster by `cluster-replica-validity-factor`, ten times the node timeout. What was acknowledged so
    /// long before and is missing was not lost on the way, so it is a violation.
    static let reach = 10_000_000
    /// How long after the promotion to look for what shows the loss: most windows are no longer.
    private static let longestLook = 15_000_000
    /// More decisions than this are not kept; then the reach is shorter.
    private static let mostLogged = 1 << 20

    let fault: Fault
    /// By window; nil for all of them.
    private let isAffected: [Bool]?
    /// The windows as they were before everything in the log.
    private(set) var base: Checker?
    /// All attempts on the affected windows since then.
    private(set) var log = AttemptLog()
    /// Those of them that Redis did not decide, as far as anybody knows.
    private(set) var undecided = AttemptLog()
    private var longest = 0
    /// The last decision that was heard of after the kill began, and the longest time without any.
    private var heard: Int
    private var silence = (from: 0, length: -1)

    init(_ fault: Fault, isAffected: [Bool]?) {
        var fault = fault
        fault.from = min(max(fault.from, 0), Form.latestTime)
        fault.promoted = min(max(fault.promoted ?? fault.until, fault.from), Form.latestTime)
        self.fault = fault
        self.isAffected = isAffected
        heard = fault.from
    }

    private var promoted: Int { fault.promoted ?? fault.from }

    func affects(_ window: Int) -> Bool { isAffected?[window] ?? true }

    /// All windows of an attempt are in one slot.
    func affects(_ attempt: Attempt) -> Bool { attempt.windows.first.map { affects($0.window) } ?? false }

    // MARK: Before the kill

    /// Begins with what is known of the windows.
    mutating func begin(at checker: Checker) {
        base = checker.silent()
        (log, undecided) = (AttemptLog(), AttemptLog())
    }

    /// Takes in an attempt on affected windows.
    mutating func add(_ attempt: Attempt) {
        log.append(attempt)
        if !Checker.isDecided(attempt) { undecided.append(attempt) }
        for fact in attempt.windows { longest = max(longest, 2 * fact.period) }
        if log.count > Self.mostLogged { forgetHalf() }
    }

    private mutating func forgetHalf() {
        guard let base else { return }
        var replay = Replay(of: log, since: base)
        var (count, time) = (0, Int.min)
        while count < Self.mostLogged / 2, let next = replay.advance() {
            count += replay.attempts.count
            time = next
        }
        self.base = replay.past
        let all = [log, undecided]
        (log, undecided) = (AttemptLog(), AttemptLog())
        all[0].forEach { if $0.moment > time { log.append($0) } }
        all[1].forEach { if $0.moment > time { undecided.append($0) } }
    }

    // MARK: After it

    /// Takes in when an attempt on affected windows was decided, after the kill began.
    mutating func hear(_ attempt: Attempt) {
        guard attempt.moment > heard, attempt.moment <= promoted else { return }
        if attempt.moment - heard > silence.length { silence = (heard, attempt.moment - heard) }
        heard = attempt.moment
    }

    /// When the primary decided for the last time.
    ///
    /// The kill takes a moment, and the promotion is seen a moment after it. In between nobody decides, for longer than that.
    var lastDecision: Int { promoted - heard > silence.length ? heard : silence.from }

    /// Until when the windows may show what was lost.
    var lookUntil: Int { promoted + min(longest, Self.longestLook) }

    func isPromoted(by time: Int) -> Bool { time > promoted }
}
