internal import StressHistory

extension Checker {
    /// Lets the windows of a decision arrive at its time; false if it is about windows of another length than before.
    mutating func open(_ attempt: Attempt, at now: Int) -> Bool {
        for fact in attempt.windows {
            let period = accounts[fact.window].period
            guard period == fact.period || period == 0 else {
                report(.form, of: fact.window, "its length changes from \(period) to \(fact.period) µs", [attempt])
                return false
            }
        }
        for place in attempt.windows.indices {
            let fact = attempt.windows[place]
            let pool = fact.pool.map { attempt.windows[$0].window }
            let slice = slice(at: place, of: attempt)
            accounts[fact.window].open(period: fact.period, slice: slice, pool: pool, at: now)
            if accounts[fact.window].doubt >= 0 { settleDoubt(of: fact.window, at: now) }
        }
        return true
    }

    /// A part counts in the slices of its pool.
    func slice(at place: Int, of attempt: Attempt) -> Int {
        let fact = attempt.windows[place]
        return fact.pool.map { attempt.windows[$0].slice } ?? fact.slice
    }

    /// How many units a window may hold.
    func bounds(of window: Int) -> (least: Int, most: Int) {
        let total = accounts[window].slices.total
        guard accounts[window].doubt >= 0 else { return (total, total) }
        let doubt = doubts[accounts[window].doubt]
        return (max(0, total - doubt.refundable), doubt.high.total + doubt.open)
    }

    /// An admission is counted, a look only compared.
    mutating func checkAdmission(_ attempt: Attempt, at now: Int) {
        if let fact = attempt.windows.first(where: \.isViolated) {
            report(.truth, of: fact.window, "it is told as violated to an attempt that was allowed", [attempt])
        }
        if attempt.cost > 0 {
            let admission = Footprint(attempt)
            for place in attempt.windows.indices {
                admit(admission, at: place, of: attempt, now)
                checkSafety(at: place, of: attempt, now)
            }
        }
        checkAccounts(after: attempt, at: now)
    }

    /// Counts an admission in one of its windows.
    mutating func admit(_ admission: Footprint, at place: Int, of attempt: Attempt, _ now: Int) {
        let fact = attempt.windows[place]
        let slice = slice(at: place, of: attempt)
        let pool = fact.pool.map { attempt.windows[$0].window }
        charge(admission.units, to: fact.window, sliceEnd: now - now % slice + slice, pool: pool, now)
        keepTrail(admission, of: fact.window, limit: fact.limit, now)
    }

    /// Keeps an admission by its exact time, if anybody will ask for it.
    private mutating func keepTrail(_ admission: Footprint, of window: Int, limit: Int?, _ now: Int) {
        let (period, recorder) = (accounts[window].period, accounts[window].recorder)
        if recorder >= 0, !isRecording {
            accounts[window].trail.settle(now - period)
            accounts[window].trail.append(admission)
        } else if recorder >= 0 {
            recorders[recorder].advance(&accounts[window].trail, period: period, to: now)
            accounts[window].trail.append(admission)
            let units = accounts[window].trail.units
            let sure = units - accounts[window].forgiven(at: now)
            recorders[recorder].record(units, limit: limit, overshoot: limit.map { max(0, sure - $0) } ?? 0, at: now)
        } else if limit != nil {
            accounts[window].trail.settle(now - period)
            accounts[window].trail.append(admission)
        }
    }

    /// The trailing window that ends now has admitted no more than the limit that was just told.
    mutating func checkSafety(at place: Int, of attempt: Attempt, _ now: Int) {
        let fact = attempt.windows[place]
        let window = fact.window
        let units = accounts[window].trail.units
        if !lost.isEmpty { noteOvershoot(of: fact, now) }
        guard let limit = fact.limit, units > limit, units - accounts[window].forgiven(at: now) > limit else { return }
        report(
            .safety,
            of: window,
            "it admitted \(units) units in the \(fact.period) µs up to \(now), the limit is \(limit)",
            accounts[window].trail.evidence.dropLast().map(\.attempt) + [attempt]
        )
    }

    /// Counts units in a window in the slice of the current time, or in a newer one if it or its pool already has one.
    private mutating func charge(_ units: Int, to window: Int, sliceEnd: Int, pool: Int?, _ now: Int) {
        if accounts[window].doubt >= 0 || pool.map({ accounts[$0].doubt >= 0 }) ?? false {
            chargeInDoubt(units, to: window, sliceEnd: sliceEnd, pool: pool, now)
        } else {
            var end = max(sliceEnd, accounts[window].slices.newestEnd)
            if let pool { end = max(end, accounts[pool].slices.newestEnd) }
            accounts[window].slices.add(units, to: end)
        }
    }
}
