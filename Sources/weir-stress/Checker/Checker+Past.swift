internal import StressHistory

extension Checker {
    /// The same windows, for whoever tries what would be: nothing was found yet, and nothing is kept to be shown.
    func silent() -> Checker {
        var copy = self
        copy.findings = Findings()
        copy.lost = [:]
        copy.isRecording = false
        return copy
    }

    /// Lets windows be again what they were when a primary's stream of commands was cut, for the last of the losses.
    ///
    /// - Parameters:
    ///   - outcome: what the cut means; between the latest and the earliest that may be, nobody knows.
    ///   - cut: when the latest was.
    ///   - now: when the killed primary decided for the last time.
    mutating func goBack(to outcome: CutOutcome, cut: Int, at now: Int) {
        let windows = outcome.changes.keys.sorted()
        let late = outcome.late
        let numbers = unknowns.goBack(
            from: windows.flatMap { doubt(about: $0)?.records ?? [] },
            to: windows.flatMap { late.doubt(about: $0)?.records ?? [] },
            of: late.unknowns
        )
        for window in windows {
            keepLost(of: window, since: cut)
            if accounts[window].doubt >= 0 { removeDoubt(of: window) }
            accounts[window].goBack(to: late.accounts[window])
            if var doubt = late.doubt(about: window) {
                doubt.renumber { numbers[$0] ?? $0 }
                keep(doubt, of: window)
            }
            guard let change = outcome.changes[window], change.isAny else { continue }
            widen(window, to: outcome.early, change, cut: cut, at: now)
        }
    }

    func doubt(about window: Int) -> Doubt? {
        accounts[window].doubt >= 0 ? doubts[accounts[window].doubt] : nil
    }

    /// Nobody knows which of the changes between two cuts were lost.
    private mutating func widen(
        _ window: Int,
        to early: Checker,
        _ change: CutChanges,
        cut: Int,
        at now: Int
    ) {
        let place = doubt(of: window, at: now)
        var low = early.accounts[window].slices
        low.takeBack(change.returned + (early.doubt(about: window)?.refundable ?? 0))
        accounts[window].slices = low
        doubts[place].high.insert(change.returned, at: latestEnd(of: window, at: now))
        if change.returned > 0 { doubts[place].blur(true) }
        if change.admitted > 0 {
            accounts[window].forgive(change.admitted, until: cut + accounts[window].period, at: now)
        }
    }

    // MARK: What was lost of the trailing windows

    private mutating func keepLost(of window: Int, since cut: Int) {
        let loss = findings.losses.count - 1
        for admission in accounts[window].trail.admissions(after: cut) {
            lost[window, default: LostTrail(loss: loss)].trail.append(admission)
            lost[window]?.loss = loss
        }
    }

    /// By how much an admission went beyond the limit if what was lost is counted too: the rest is held against the limit itself.
    mutating func noteOvershoot(of fact: WindowFact, _ now: Int) {
        guard let limit = fact.limit, var known = lost[fact.window] else { return }
        known.trail.settle(now - fact.period)
        lost[fact.window] = known.trail.units > 0 ? known : nil
        let sure = accounts[fact.window].trail.units - accounts[fact.window].forgiven(at: now)
        let overshoot = min(known.trail.units, sure + known.trail.units - limit)
        if overshoot > 0 { findings.losses[known.loss].add(overshoot: overshoot, of: fact.window) }
    }
}
