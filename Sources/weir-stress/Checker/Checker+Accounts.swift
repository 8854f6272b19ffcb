internal import StressHistory

extension Checker {
    /// Every window holds what it must after a decision, and is reset when it must be; false if one does not hold it.
    ///
    /// From then on, a window that does not is believed, so that one loss is one violation.
    @discardableResult
    mutating func checkAccounts(after attempt: Attempt, at now: Int) -> Bool {
        var mismatches: [Mismatch] = []
        for fact in attempt.windows {
            if let limit = fact.limit, let remaining = fact.remaining, remaining < 0 || remaining > limit {
                report(.truth, of: fact.window, "\(remaining) units of \(limit) are told to be left", [attempt])
                continue
            }
            let told = Told(fact, after: attempt)
            if accounts[fact.window].doubt >= 0 {
                if let mismatch = observe(told, of: fact, by: attempt, at: now) { mismatches.append(mismatch) }
                continue
            }
            let total = accounts[fact.window].slices.total
            if told.agrees(with: total) {
                let end = accounts[fact.window].slices.oldestEnd
                let reset = end > 0 ? end + fact.period - now : 0
                if reset != fact.reset { reportReset(of: fact, "\(reset)", attempt) }
            } else {
                mismatches.append(Mismatch(fact: fact, told: told, least: total, most: total))
            }
        }
        for mismatch in mismatches { report(mismatch, among: mismatches, attempt) }
        for mismatch in mismatches { believe(mismatch, at: now) }
        let decision = Footprint(attempt)
        for fact in attempt.windows {
            accounts[fact.window].agree(decision, isExact: !Told(fact, after: attempt).isLeast)
        }
        return mismatches.isEmpty
    }

    mutating func reportReset(of fact: WindowFact, _ reset: String, _ attempt: Attempt) {
        let told = fact.reset ?? 0
        report(.truth, of: fact.window, "its oldest units leave in \(reset) µs, told were \(told)", [attempt])
    }

    private mutating func report(_ mismatch: Mismatch, among mismatches: [Mismatch], _ attempt: Attempt) {
        let (window, told) = (mismatch.fact.window, mismatch.told.units)
        if let culprit = culprit(of: mismatch, among: mismatches, attempt) {
            let difference = told > mismatch.most ? "has counted" : "has not counted"
            report(
                .allOrNothing,
                of: window,
                "it holds \(told) by its own account and \(mismatch.most) by all decisions: "
                    + "what was \(culprit.outcome) at \(culprit.cost) \(difference) here",
                culprit == attempt ? [attempt] : [culprit, attempt]
            )
            return
        }
        let isExact = mismatch.least == mismatch.most
        let known = isExact ? "exactly \(mismatch.most)" : "\(mismatch.least) to \(mismatch.most)"
        let account = (mismatch.told.isLeast ? "at least " : "") + "\(told)"
        let last = accounts[window].agreed
        report(
            .conservation,
            of: window,
            "it holds \(account) by its own account and \(known) by all decisions: "
                + (told > mismatch.most ? "something counted that was not admitted" : "something was lost"),
            (last.isNone ? [] : [last.attempt]) + [attempt]
        )
    }

    /// The decision that counted in this window alone, or in all but this one, if that is what the difference shows.
    private func culprit(of mismatch: Mismatch, among mismatches: [Mismatch], _ attempt: Attempt) -> Attempt? {
        guard mismatch.least == mismatch.most, !mismatch.told.isLeast else { return nil }
        let account = accounts[mismatch.fact.window]
        let excess = mismatch.told.units - mismatch.most
        if excess > 0 {
            if attempt.outcome == .denied, attempt.cost == excess { return attempt }
            return (account.failures + [account.denied]).last { !$0.isNone && $0.units == excess }?.attempt
        }
        let others = attempt.windows.filter { fact in !mismatches.contains { $0.fact.window == fact.window } }
        guard !others.isEmpty else { return nil }
        if attempt.outcome == .allowed, attempt.cost == -excess { return attempt }
        // What was last admitted here was also last admitted elsewhere, and counts there.
        let last = account.agreed
        guard last.outcome == .allowed, last.units == -excess, last.time > attempt.moment - mismatch.fact.period,
            others.contains(where: { fact in
                let other = accounts[fact.window]
                return other.agreed.isSame(as: last) && other.doubt < 0 && !Told(fact, after: attempt).isLeast
            })
        else { return nil }
        return last.attempt
    }
}
