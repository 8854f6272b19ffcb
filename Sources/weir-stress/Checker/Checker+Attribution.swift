internal import StressHistory

extension Checker {
    /// Says which unknown attempts have counted, now that so many units came that nobody saw.
    mutating func attribute(_ units: Int, in fact: WindowFact, to decision: Attempt, at now: Int) {
        let window = fact.window
        let place = accounts[window].doubt
        let since = doubts[place].since
        if earliestEnd(of: window, from: since) + fact.period <= now {
            let candidates = doubts[place].candidates
            doubts[place].cloud(
                candidates.indices.filter { place in
                    earliestEnd(of: window, from: max(since, candidates[place].from)) + fact.period <= now
                }
            )
        }
        guard units > 0 else { return }
        let candidates = doubts[place].candidates
        let costs = candidates.map(\.units)
        let known = candidates.map { candidate -> Bool? in
            switch unknowns[candidate.record].verdict {
            case .undecided: nil
            case .counted: candidate.isClouded ? nil : true
            case .notCounted: false
            }
        }
        var selection = Selection.making(units, of: costs, known: known)
        if selection == .none {
            selection = Selection.making(units, of: costs, known: known.map { _ in nil })
            if selection == .none {
                report(
                    .conservation,
                    of: window,
                    "\(units) units came that no choice among \(candidates.count) unknown attempts makes",
                    candidates.prefix(6).map { unknowns[$0.record].attempt } + [decision]
                )
            } else if let split = known.indices.first(where: { known[$0] != nil }) {
                reportSplit(candidates[split].record, window, decision)
            }
        }
        guard case .one(let places) = selection else { return doubts[place].cloud(units) }
        for place in places {
            prove(candidates[place].record, .counted, by: window, decision)
            unknowns.release(candidates[place].record)
        }
        doubts[place].remove(places)
    }

    /// Lets go of the candidates that can come no more, after a window has told exactly what it holds.
    mutating func settleCandidates(of window: Int, _ decision: Attempt, at now: Int) {
        let place = accounts[window].doubt
        doubts[place].since = now
        guard now > doubts[place].firstOver else { return }
        for candidate in doubts[place].removeCandidates(until: now) {
            if !candidate.isClouded { prove(candidate.record, .notCounted, by: window, decision) }
            unknowns.release(candidate.record)
        }
    }

    private mutating func prove(
        _ record: Int,
        _ verdict: Unknowns.Verdict,
        by window: Int,
        _ decision: Attempt
    ) {
        switch unknowns[record].verdict {
        case .undecided: unknowns.decide(record, verdict, by: window, in: decision)
        case verdict: break
        default: reportSplit(record, window, decision)
        }
    }

    private mutating func reportSplit(_ record: Int, _ window: Int, _ decision: Attempt) {
        let known = unknowns[record]
        let (here, there) = known.verdict == .counted ? ("did not count", "it did") : ("counted", "it did not")
        report(
            .allOrNothing,
            of: window,
            "an unknown attempt at \(known.attempt.cost) \(here), in window \(known.window) \(there)",
            [known.attempt, known.proof.attempt, decision]
        )
    }
}
