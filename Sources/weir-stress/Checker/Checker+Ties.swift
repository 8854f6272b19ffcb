internal import StressHistory

extension Checker {
    /// Trying orders takes the square of so many decisions.
    private static let mostOrdered = 256

    /// Checks decisions of one moment of which nobody knows the order.
    ///
    /// Each tells what it found, so the order can be found: next is the first that agrees with what the windows hold.
    /// Where refunds or unknown attempts make several orders possible, each is held against what any order can give.
    mutating func checkUnordered(_ decisions: [Attempt]) {
        let isUncertain = decisions.contains { attempt in
            attempt.cost < 0 || attempt.windows.contains { accounts[$0.window].doubt >= 0 }
        }
        if isUncertain || decisions.count > Self.mostOrdered { return checkInAnyOrder(decisions) }
        var waiting = decisions.filter { !Self.isCharging($0) }
        var charging = decisions.filter { Self.isCharging($0) }
        while !waiting.isEmpty || !charging.isEmpty {
            let fitting = charging.indices.filter { agrees(charging[$0]) }
            let free = fitting.first { place in !waiting.contains { Self.isLate($0, after: charging[place]) } }
            if let place = waiting.firstIndex(where: { agrees($0) && hasToldWait($0) }) {
                decide(waiting.remove(at: place))
            } else if let place = free {
                decide(charging.remove(at: place))
            } else if let place = waiting.firstIndex(where: { agrees($0) }) {
                decide(waiting.remove(at: place))
            } else if charging.isEmpty {
                decide(waiting.removeFirst())
            } else {
                decide(charging.remove(at: fitting.first ?? 0))
            }
        }
    }

    /// Whether the wait that a denial told is right now: it shows more than a window that has nothing left.
    private func hasToldWait(_ attempt: Attempt) -> Bool {
        guard attempt.outcome == .denied, let told = attempt.retryAfter else { return true }
        return waits(for: attempt, at: attempt.moment).longest == told
    }

    /// Whether a window would already hold too much for what an attempt was told.
    private static func isLate(_ attempt: Attempt, after charge: Attempt) -> Bool {
        attempt.windows.contains { fact in
            let told = Told(fact, after: attempt)
            let other = charge.windows.first { $0.window == fact.window }
            return !told.isLeast && other.map { told.units < Told($0, after: charge).units } ?? false
        }
    }

    static func isCharging(_ attempt: Attempt) -> Bool { attempt.outcome == .allowed && attempt.cost > 0 }

    /// Whether all its windows hold what an attempt is told, if it is next.
    private mutating func agrees(_ attempt: Attempt) -> Bool {
        let charge = Self.isCharging(attempt) ? attempt.cost : 0
        for fact in attempt.windows {
            accounts[fact.window].slices.settle(attempt.moment - fact.period)
            let total = min(accounts[fact.window].slices.total + charge, Slices.most)
            guard Told(fact, after: attempt).agrees(with: total) else { return false }
        }
        return true
    }
}
