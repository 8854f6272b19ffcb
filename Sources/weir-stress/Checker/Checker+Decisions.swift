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

    // MARK: Admissions and peeks

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
        accounts[fact.window].keep(admission)
        keepTrail(admission, of: fact.window, limit: fact.limit, now)
    }

    /// Keeps an admission by its exact time, if anybody will ask for it.
    private mutating func keepTrail(_ admission: Footprint, of window: Int, limit: Int?, _ now: Int) {
        let (period, recorder) = (accounts[window].period, accounts[window].recorder)
        if recorder >= 0 {
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

    // MARK: Denials

    mutating func checkDenial(_ attempt: Attempt, at now: Int) {
        let isWrong = !attempt.windows.contains { mayLackRoom($0, for: attempt.cost) }
        if isWrong {
            reportRefusal(attempt)
        } else if !attempt.windows.contains(where: \.isViolated) {
            report(.truth, "an attempt was denied, but no window is told as violated", [attempt])
        }
        let isAgreed = checkAccounts(after: attempt, at: now)
        for fact in attempt.windows { accounts[fact.window].denied = Footprint(attempt) }
        guard isAgreed, !isWrong else { return }
        checkViolated(attempt)
        checkWait(attempt, at: now)
    }

    mutating func reportRefusal(_ attempt: Attempt) {
        let window = attempt.windows.first(where: \.isViolated)?.window
        report(.refusal, of: window, "\(attempt.cost) was denied though no window can have lacked room", [attempt])
    }

    private func mayLackRoom(_ fact: WindowFact, for cost: Int) -> Bool {
        fact.limit.map { bounds(of: fact.window).most + cost > $0 } ?? false
    }

    /// Exactly the windows without room are told as violated.
    private mutating func checkViolated(_ attempt: Attempt) {
        for fact in attempt.windows {
            let (least, most) = bounds(of: fact.window)
            if fact.isViolated, !mayLackRoom(fact, for: attempt.cost) {
                let limit = fact.limit.map { "its limit is \($0)" } ?? "it has no limit"
                report(
                    .refusal,
                    of: fact.window,
                    "it is told as violated by \(attempt.cost) though it holds \(most) and \(limit)",
                    [attempt]
                )
            } else if !fact.isViolated, let limit = fact.limit, least + attempt.cost > limit {
                report(
                    .truth,
                    of: fact.window,
                    "it holds \(least) of \(limit) and is not told as violated by \(attempt.cost)",
                    [attempt]
                )
            }
        }
    }

    /// The wait is the shortest after which the cost fits every window if nobody else comes.
    private mutating func checkWait(_ attempt: Attempt, at now: Int) {
        if let fact = attempt.windows.first(where: { $0.limit.map { $0 < attempt.cost } ?? false }) {
            guard let wait = attempt.retryAfter else { return }
            let message = "a cost of \(attempt.cost) never fits it, but a wait of \(wait) µs is told"
            return report(.truth, of: fact.window, message, [attempt])
        }
        let (shortest, longest) = waits(for: attempt, at: now)
        guard let told = attempt.retryAfter else {
            return report(
                .truth,
                "an attempt at \(attempt.cost) fits after \(shortest) µs, but no wait is told",
                [attempt]
            )
        }
        guard told < shortest || told > longest else { return }
        let wait = shortest == longest ? "\(shortest)" : "\(shortest) to \(longest)"
        report(.truth, "an attempt at \(attempt.cost) fits after \(wait) µs, told were \(told)", [attempt])
    }

    /// Bounds of the wait, if every limit is as high as the cost.
    func waits(for attempt: Attempt, at now: Int) -> (shortest: Int, longest: Int) {
        var (shortest, longest) = (0, 0)
        for fact in attempt.windows {
            guard let limit = fact.limit else { continue }
            let (least, most) = waits(for: attempt.cost, fact.window, limit: limit, now)
            shortest = max(shortest, least)
            longest = max(longest, most)
        }
        return (shortest, longest)
    }

    private func waits(for cost: Int, _ window: Int, limit: Int, _ now: Int) -> (shortest: Int, longest: Int) {
        let account = accounts[window]
        let excess = account.slices.total + cost - limit
        guard account.doubt >= 0 else {
            let end = excess > 0 ? account.slices.end(freeing: excess) : nil
            let wait = end.map { $0 + account.period - now } ?? 0
            return (wait, wait)
        }
        let doubt = doubts[account.doubt]
        let (least, most) = (excess - doubt.refundable, doubt.high.total + doubt.open + cost - limit)
        let shortest = least > 0 ? account.slices.end(freeing: least).map { $0 + account.period - now } ?? 0 : 0
        let latest = doubt.high.end(freeing: most) ?? latestEnd(of: window, at: now)
        return (shortest, most > 0 ? max(shortest, latest + account.period - now) : 0)
    }
}
