internal import DequeModule

/// What this process has admitted by itself while Redis did not decide, and what of it the shared counts do not have yet.
///
/// Knows no clock: every method is told the time, in microseconds since the epoch.
package struct LocalCounts: Sendable {
    /// How many windows are kept at most.
    package static let most = 100_000
    /// Looking for windows that have left takes a while, so it is done so often at most.
    private static let sweepPause = 1_000_000
    /// How much is passed over at once at most: others wait meanwhile.
    private static let mostPassedOver = 1000

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
    /// Those windows, each once, the next to be told first.
    private var order: Deque<Subject> = []
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
                var owed = takeOut(subject)
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
        order.removeAll { debts[$0] == nil }
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
    ///
    /// - Parameters:
    ///   - count: how many windows at most.
    ///   - now: the time.
    ///   - isPassedOver: whether what would tell Redis is not to be sent now; then it is put behind all others. Of very
    ///     many, one call looks at some, and the next one at those after them.
    /// - Returns: what is taken out.
    package mutating func take(
        atMost count: Int,
        at now: Int,
        passingOver isPassedOver: (DecisionRequest) -> Bool = { _ in false }
    ) -> [LocalDebt] {
        var taken: [LocalDebt] = []
        var passedOver = 0
        // Each is looked at once, also where all are passed over.
        for _ in order.indices {
            guard taken.count < count, passedOver < Self.mostPassedOver, let subject = order.popFirst() else { break }
            var owed = debts.removeValue(forKey: subject) ?? SlidingWindow()
            _ = owed.settle(Self.pace(of: subject), at: now)
            if owed.isEmpty { continue }
            let debt = LocalDebt(subject: subject, owed: owed)
            if isPassedOver(debt.request) {
                passedOver += 1
                order.append(subject)
                debts[subject] = owed
            } else {
                taken.append(debt)
            }
        }
        return taken
    }

    /// Takes back what could not be told: it is told another time, after all others.
    package mutating func giveBack(_ debt: LocalDebt) {
        var owed = takeOut(debt.subject)
        owed.merge(debt.owed)
        debts[debt.subject] = owed
    }

    /// Takes out what is owed of a window so that it can be changed, and sees to it that its turn comes.
    private mutating func takeOut(_ subject: Subject) -> SlidingWindow {
        if let owed = debts.removeValue(forKey: subject) { return owed }
        order.append(subject)
        return SlidingWindow()
    }

    private static func pace(of subject: Subject) -> Pace { subject.windows[0].terms.pace }
}
