internal import StressHistory

extension Checker {
    /// A refund takes back from the newest units of every window; what a part gives back, its pool gives back from the
    /// same slices.
    mutating func checkRefund(_ attempt: Attempt, at now: Int) {
        checkRefundForm(attempt)
        for place in attempt.windows.indices {
            let fact = attempt.windows[place]
            guard leader(of: place, in: attempt) == nil else { continue }
            let pool = fact.pool.flatMap { leader(of: $0, in: attempt) == place ? attempt.windows[$0].window : nil }
            takeBack(-attempt.cost, from: fact.window, pool: pool, now)
        }
        checkAccounts(after: attempt, at: now)
    }

    /// A refund always has room.
    mutating func checkRefundForm(_ attempt: Attempt) {
        guard attempt.outcome == .denied || attempt.windows.contains(where: \.isViolated) else { return }
        report(.truth, "a refund is told as denied, or to violate a window", [attempt])
    }

    /// The first of the windows that are parts of the one at a place: what that one gives back is what this one does.
    private func leader(of pool: Int, in attempt: Attempt) -> Int? {
        attempt.windows.firstIndex { $0.pool == pool }
    }

    private mutating func takeBack(_ units: Int, from window: Int, pool: Int?, _ now: Int) {
        let most = min(units, bounds(of: window).most)
        let isKnown = accounts[window].doubt < 0
        if !isKnown {
            doubts[accounts[window].doubt].high.takeBack(units)
            doubts[accounts[window].doubt].blur(accounts[window].slices.total < units)
        }
        let taken = accounts[window].slices.takeBack(units)
        accounts[window].trail.takeBack(isKnown ? most : units)
        guard let pool else { return }
        if isKnown, accounts[pool].doubt < 0 {
            for slice in taken {
                let part = accounts[pool].slices.takeBack(slice.units, from: slice.end)
                accounts[pool].trail.takeBack(part, before: slice.end)
            }
        } else {
            // From which of the pool's slices is not known: from the newest leaves least, from none most.
            doubts[doubt(of: pool, at: now)].blur(true)
            accounts[pool].slices.takeBack(most)
            accounts[pool].trail.takeBack(most)
        }
    }
}
