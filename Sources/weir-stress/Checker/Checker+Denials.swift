internal import StressHistory

extension Checker {
    /// A denial has a cause, names it, and tells the wait.
    mutating func checkDenial(_ attempt: Attempt, at now: Int) {
        let isWrong = !attempt.windows.contains { mayLackRoom($0, for: attempt.cost) }
        if isWrong {
            reportRefusal(attempt)
        } else if !attempt.windows.contains(where: \.isViolated) {
            report(.truth, "an attempt was denied, but no window is told as violated", [attempt])
        }
        let isAgreed = checkAccounts(after: attempt, at: now)
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
            let message = "an attempt at \(attempt.cost) fits after \(shortest) µs, but no wait is told"
            return report(.truth, message, [attempt])
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
