internal import StressHistory

extension Checker {
    /// Learns what a decision tells of a window of which something is unknown.
    ///
    /// - Returns: what is wrong if the window cannot hold that.
    mutating func observe(_ told: Told, of fact: WindowFact, by attempt: Attempt, at now: Int) -> Mismatch? {
        let window = fact.window
        let (least, most) = bounds(of: window)
        guard most >= told.units, told.isLeast || least <= told.units else {
            return Mismatch(fact: fact, told: told, least: least, most: most)
        }
        let units = told.isLeast && least == most ? most : told.units
        if told.isLeast, units < most {
            let doubt = doubts[accounts[window].doubt]
            let end = doubt.high.end(freeing: most - units + 1) ?? latestEnd(of: window, at: now)
            let earliest = min(earliest(of: window, at: now), end)
            if units > 0 { checkReset(of: fact, within: earliest...end, attempt, now) }
        } else {
            learn(units, of: fact, by: attempt, at: now)
        }
        return nil
    }

    /// Narrows the bounds of a window that holds exactly so many units.
    private mutating func learn(_ units: Int, of fact: WindowFact, by attempt: Attempt, at now: Int) {
        let (window, place) = (fact.window, accounts[fact.window].doubt)
        let (low, high) = (accounts[window].slices.total, doubts[place].high.total)
        let (open, refundable) = (doubts[place].open, doubts[place].refundable)
        let hasCandidates = !doubts[place].candidates.isEmpty
        // What came unseen has to be told from what was there.
        let blur = doubts[place].blur
        let isClear = low == high && refundable == 0 && (blur == .none || blur == .shape && units == low)
        let most = isClear ? units - low : min(open, blur > .none ? units : units - max(0, low - refundable))

        let earliest = earliest(of: window, holding: units, at: now)
        let came = arrival(in: window, at: now)
        doubts[place].high.insert(most, at: latestEnd(of: window, at: now))
        doubts[place].high.trim(to: units)
        let latest = doubts[place].high.oldestEnd
        var oldest = earliest
        if units == 0 {
            if fact.reset != 0 { reportReset(of: fact, "0", attempt) }
        } else {
            oldest = checkReset(of: fact, within: min(earliest, latest)...latest, attempt, now)
        }
        if low < units { accounts[window].slices.insert(units - low, at: isClear ? max(came, oldest) : oldest) }

        guard hasCandidates else { return doubts[place].tell(at: now) }
        let certain = max(0, units - high)
        if isClear || refundable == 0 && blur == .none && most == 0 || certain == open {
            attribute(isClear ? units - low : certain, in: fact, to: attempt, at: now)
        } else {
            doubts[place].cloud(certain)
        }
        settleCandidates(of: window, attempt, at: now)
    }

    /// The earliest end of a slice in which an unknown attempt can have counted that had not been seen before.
    private func arrival(in window: Int, at now: Int) -> Int {
        let doubt = doubts[accounts[window].doubt]
        return earliestEnd(of: window, from: max(doubt.since, doubt.candidates.first?.from ?? 0))
    }

    /// The earliest that the end of the oldest slice can be, in a window that holds at least, or exactly, so many units.
    private func earliest(of window: Int, holding units: Int? = nil, at now: Int) -> Int {
        let account = accounts[window]
        let doubt = doubts[account.doubt]
        let total = account.slices.total
        let alive = now - account.period + 1
        // A refund takes the newest, so what came may have been taken in place of what is oldest.
        let isKnown = total == units || total == doubt.high.total && doubt.blur == .none
        guard doubt.refundable == 0, isKnown else { return alive }
        var earliest = total > 0 ? account.slices.oldestEnd : Int.max
        if total != units, !doubt.candidates.isEmpty { earliest = min(earliest, arrival(in: window, at: now)) }
        return earliest < .max ? max(alive, earliest) : alive
    }

    /// The oldest slice must end within a range; returns its end as told, or a possible one.
    @discardableResult
    private mutating func checkReset(
        of fact: WindowFact,
        within ends: ClosedRange<Int>,
        _ attempt: Attempt,
        _ now: Int
    ) -> Int {
        let end = now + (fact.reset ?? 0) - fact.period
        if ends.contains(end) { return end }
        let (first, last) = (ends.lowerBound + fact.period - now, ends.upperBound + fact.period - now)
        reportReset(of: fact, first == last ? "\(first)" : "\(first) to \(last)", attempt)
        return ends.lowerBound
    }
}
