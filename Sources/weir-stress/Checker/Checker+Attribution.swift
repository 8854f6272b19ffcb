internal import StressHistory

extension Checker {
    private static let mostChosenAmong = 256

    /// Says which unknown attempts have counted, now that so many units came that nobody saw.
    mutating func attribute(_ units: Int, in fact: WindowFact, to decision: Attempt, at now: Int) {
        let window = fact.window
        let place = accounts[window].doubt
        cloudDeparted(from: window, at: now)
        guard units > 0 else { return }
        let candidates = doubts[place].candidates
        // To choose among very many takes too long for what it may tell.
        guard candidates.count <= Self.mostChosenAmong || units == doubts[place].open else {
            return doubts[place].cloud(units)
        }
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
            reportImpossible(units, selection, known, in: window, to: decision)
        }
        guard case .one(let places) = selection else { return doubts[place].cloud(units) }
        for place in places {
            if unknowns[candidates[place].record].verdict == .undecided {
                unknowns.decide(candidates[place].record, .counted, by: window, in: decision)
            }
            unknowns.release(candidates[place].record)
        }
        doubts[place].remove(places, at: now)
    }

    /// Nothing will show any more of candidates that may have come and left since the window last told what it holds.
    private mutating func cloudDeparted(from window: Int, at now: Int) {
        let doubt = doubts[accounts[window].doubt]
        let period = accounts[window].period
        guard earliestEnd(of: window, from: doubt.since) + period <= now else { return }
        let departed = doubt.candidates.indices.filter { place in
            earliestEnd(of: window, from: max(doubt.since, doubt.candidates[place].from)) + period <= now
        }
        doubts[accounts[window].doubt].cloud(departed)
    }

    /// What came cannot have come if each unknown attempt counts in all its windows or in none.
    private mutating func reportImpossible(
        _ units: Int,
        _ selection: Selection,
        _ known: [Bool?],
        in window: Int,
        to decision: Attempt
    ) {
        let records = doubts[accounts[window].doubt].candidates.map(\.record)
        switch selection {
        case .none:
            report(
                .conservation,
                of: window,
                "\(units) units came that no choice among \(records.count) unknown attempts makes",
                records.prefix(6).map { unknowns[$0].attempt } + [decision]
            )
        case .one(let places):
            for place in known.indices where known[place] == !places.contains(place) {
                reportSplit(records[place], window, decision)
            }
        case .many:
            report(
                .allOrNothing,
                of: window,
                "\(units) units came, which contradicts what other windows show of unknown attempts",
                known.indices.filter { known[$0] != nil }.prefix(6).map { unknowns[records[$0]].attempt } + [decision]
            )
        }
    }

    /// Lets go of the candidates that can come no more, after a window has told exactly what it holds.
    mutating func settleCandidates(of window: Int, _ decision: Attempt, at now: Int) {
        let place = accounts[window].doubt
        doubts[place].tell(at: now)
        guard now > doubts[place].firstOver else { return }
        for candidate in doubts[place].removeCandidates(before: now, at: now) {
            if !candidate.isClouded {
                switch unknowns[candidate.record].verdict {
                case .undecided: unknowns.decide(candidate.record, .notCounted, by: window, in: decision)
                case .counted: reportSplit(candidate.record, window, decision)
                case .notCounted: break
                }
            }
            unknowns.release(candidate.record)
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
