internal import StressHistory

extension Checker {
    /// An attempt may count from now on, and nobody will know.
    mutating func beginDoubt(about attempt: Attempt, until: Int) {
        let now = attempt.sent
        guard attempt.cost != 0, !attempt.windows.isEmpty else {
            return unknowns.add(attempt.cost == 0 ? .notCounted : .undecided)
        }
        guard open(attempt, at: now) else { return unknowns.add(.undecided) }
        let record = unknowns.add(attempt)
        for fact in attempt.windows {
            let doubt = doubt(of: fact.window, at: now)
            if attempt.cost > 0 {
                let candidate = Doubt.Candidate(record: record, units: attempt.cost, from: now, until: until)
                doubts[doubt].add(candidate)
            } else {
                doubts[doubt].add(Doubt.Refund(record: record, units: -attempt.cost, until: until))
                // What it takes away would leave the trail a period later at the latest.
                accounts[fact.window].forgive(-attempt.cost, until: until + fact.period, at: now)
            }
        }
    }

    /// The place of a window's doubt; from now on there is one.
    mutating func doubt(of window: Int, at now: Int) -> Int {
        if accounts[window].doubt < 0 { keep(Doubt(high: accounts[window].slices, since: now), of: window) }
        return accounts[window].doubt
    }

    /// Keeps the doubt of a window that has none.
    mutating func keep(_ doubt: Doubt, of window: Int) {
        if let place = vacantDoubts.popLast() {
            doubts[place] = doubt
            accounts[window].doubt = place
        } else {
            doubts.append(doubt)
            accounts[window].doubt = doubts.count - 1
        }
    }

    mutating func endDoubt(of window: Int) {
        let place = accounts[window].doubt
        for candidate in doubts[place].candidates { unknowns.release(candidate.record) }
        for refund in doubts[place].refunds { unknowns.release(refund.record) }
        removeDoubt(of: window)
    }

    /// Forgets the doubt of a window, and leaves its unknown attempts to whoever asked.
    mutating func removeDoubt(of window: Int) {
        let place = accounts[window].doubt
        doubts[place] = Doubt(high: Slices(), since: 0)
        vacantDoubts.append(place)
        accounts[window].doubt = -1
    }

    /// Lets time pass for a window of which something is unknown.
    mutating func settleDoubt(of window: Int, at now: Int) {
        let place = accounts[window].doubt
        let period = accounts[window].period
        doubts[place].high.settle(now - period)
        if now > doubts[place].firstRefundOver {
            for refund in doubts[place].removeRefunds(before: now) {
                accounts[window].slices.takeBack(refund.units)
                doubts[place].blur(true)
                unknowns.release(refund.record)
            }
        }
        // Whatever came so long ago has left.
        let gone = now - period - paces(of: window).widest
        if gone > doubts[place].firstOver {
            let departed = doubts[place].removeCandidates(before: gone, at: now)
            for candidate in departed { unknowns.release(candidate.record) }
        }
        if doubts[place].isQuiet, accounts[window].slices == doubts[place].high { endDoubt(of: window) }
    }

    /// Counts units of an admission in both bounds, each in the slice that its own newest and its pool's allow.
    mutating func chargeInDoubt(_ units: Int, to window: Int, sliceEnd: Int, pool: Int?, _ now: Int) {
        var (earliest, latest, open) = (sliceEnd, sliceEnd, 0)
        for window in [window] + (pool.map { [$0] } ?? []) {
            let newest = accounts[window].slices.newestEnd
            latest = max(latest, newest)
            guard accounts[window].doubt >= 0 else {
                earliest = max(earliest, newest)
                continue
            }
            let doubt = doubts[accounts[window].doubt]
            latest = max(latest, doubt.high.newestEnd)
            open += doubt.open
            // An unknown refund may have taken the newest.
            if doubt.refundable == 0 { earliest = max(earliest, newest) }
        }
        // An unknown attempt may have counted in a wider slice than the present one, and newer ones count in no older slice.
        let (narrowest, widest) = paces(of: window)
        if open > 0, narrowest != widest { latest = max(latest, now + widest) }
        if accounts[window].doubt >= 0 || latest > earliest {
            doubts[doubt(of: window, at: now)].high.add(units, to: latest)
        }
        accounts[window].slices.insert(units, at: earliest)
    }

    /// The slices that a window and its pool have had.
    private func paces(of window: Int) -> (narrowest: Int, widest: Int) {
        let (narrowest, widest, pool) = accounts[window].pace
        guard pool >= 0 else { return (narrowest, widest) }
        let others = accounts[pool].pace
        return (min(narrowest, others.narrowest), max(widest, others.widest))
    }

    /// The earliest end of a slice in which something counted that came at a time or later.
    func earliestEnd(of window: Int, from time: Int) -> Int {
        let (narrowest, widest) = paces(of: window)
        return narrowest == widest ? time - time % widest + widest : time + 1
    }

    /// The latest end of a slice in which something counted that came by now.
    func latestEnd(of window: Int, at now: Int) -> Int {
        let (narrowest, widest) = paces(of: window)
        let end = narrowest == widest ? now - now % widest + widest : now + widest
        return accounts[window].doubt >= 0 ? max(end, doubts[accounts[window].doubt].high.newestEnd) : end
    }

    /// Goes on from what a window says of itself.
    mutating func believe(_ mismatch: Mismatch, at now: Int) {
        let (window, units) = (mismatch.fact.window, max(0, mismatch.told.units))
        let doubt = doubt(of: window, at: now)
        let latest = latestEnd(of: window, at: now)
        let oldest = now + (mismatch.fact.reset ?? 0) - mismatch.fact.period
        accounts[window].slices = Slices()
        accounts[window].slices.insert(units, at: min(max(oldest, now - mismatch.fact.period + 1), latest))
        doubts[doubt].high = Slices()
        doubts[doubt].high.insert(units, at: latest)
        doubts[doubt].cloud(0)
        doubts[doubt].tell(at: now)
    }
}
