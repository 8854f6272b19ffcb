/// What this process has admitted by itself while Redis did not decide, and what of it the shared counts do not have yet.
///
/// Knows no clock: every method is told the time, in microseconds since the epoch.
package struct LocalCounts: Sendable {
    /// How many windows are kept at most.
    package static let most = 100_000
    /// Looking for windows that have left takes a while, so it is done so often at most.
    private static let sweepPause = 1_000_000

    package struct Answer: Sendable {
        package let verdict: Verdict
        /// Whether there is no room for the windows of the request; then the verdict is a peek.
        package let isFull: Bool
    }

    private let most: Int
    /// Decides.
    private var ledger = Ledger()
    /// What was admitted and is certainly not in Redis: by the windows there that have to be told.
    private var debts: [Subject: SlidingWindow] = [:]
    private var nextSweep = 0

    package init(atMost most: Int = LocalCounts.most) { self.most = most }

    /// How many windows are kept.
    package var count: Int { ledger.count }
    /// Whether the shared counts have to be told of anything.
    package var hasDebts: Bool { !debts.isEmpty }

    /// Decides a request, and charges it if it is admitted.
    ///
    /// - Parameters:
    ///   - local: the request.
    ///   - isOwed: whether Redis has certainly not counted it, so that it has to be told of it.
    ///   - now: the time.
    /// - Returns: the verdict, as Redis would have given it over these counts.
    package mutating func decide(_ local: LocalRequest, isOwed: Bool, at now: Int) -> Answer {
        guard hasRoom(for: local, at: now) else {
            let peek = DecisionRequest(local.request.subject, least: 0, most: 0)
            return Answer(verdict: ledger.decide(peek, at: now), isFull: true)
        }
        let verdict = ledger.decide(local.request, at: now)
        if isOwed, case .allowed(let units) = verdict.status, units > 0 {
            for subject in local.shared {
                let pace = Self.pace(of: subject)
                var owed = debts.removeValue(forKey: subject) ?? SlidingWindow()
                _ = owed.settle(pace, at: now)
                _ = owed.charge(units, pace, at: now)
                debts[subject] = owed
            }
        }
        return Answer(verdict: verdict, isFull: false)
    }

    private mutating func hasRoom(for local: LocalRequest, at now: Int) -> Bool {
        if fits(local) { return true }
        // A clock that was set back by hours must not keep it from being done for as long.
        guard now >= nextSweep || now < nextSweep - Self.sweepPause else { return false }
        nextSweep = now + Self.sweepPause
        ledger.sweep(at: now)
        debts = debts.filter { $0.value.lastLeaves(Self.pace(of: $0.key)) > now }
        return fits(local)
    }

    private func fits(_ local: LocalRequest) -> Bool {
        let windows = local.request.windows.count { !ledger.keeps($0.hashedKey) }
        let subjects = local.shared.count { debts[$0] == nil }
        return (windows == 0 || ledger.count + windows <= most) && (subjects == 0 || debts.count + subjects <= most)
    }

    // MARK: Telling the shared counts

    /// Takes out some of what has to be told; what has left its windows meanwhile is none of it.
    ///
    /// It counts here all the same until it leaves: or whatever failed again would find the whole share free again.
    package mutating func take(atMost count: Int, at now: Int) -> [LocalDebt] {
        var taken: [LocalDebt] = []
        while taken.count < count, case (let subject, var owed)? = debts.popFirst() {
            _ = owed.settle(Self.pace(of: subject), at: now)
            if !owed.isEmpty { taken.append(LocalDebt(subject: subject, owed: owed)) }
        }
        return taken
    }

    /// Takes back what could not be told: it is told another time.
    package mutating func giveBack(_ debt: LocalDebt) {
        debts[debt.subject, default: SlidingWindow()].merge(debt.owed)
    }

    private static func pace(of subject: Subject) -> Pace { subject.windows[0].terms.pace }
}
