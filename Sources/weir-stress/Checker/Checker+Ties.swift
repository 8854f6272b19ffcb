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
            if let place = waiting.firstIndex(where: { agrees($0) && hasToldWait($0) }) {
                decide(waiting.remove(at: place))
            } else if let place = fitting.first(where: { place in
                !waiting.contains { Self.isLate($0, after: charging[place]) }
            }) {
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
            guard !told.isLeast, let other = charge.windows.first(where: { $0.window == fact.window }) else { return false }
            return told.units < Told(other, after: charge).units
        }
    }

    private static func isCharging(_ attempt: Attempt) -> Bool { attempt.outcome == .allowed && attempt.cost > 0 }

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

    // MARK: Any order

    /// What the decisions of a moment do to a window.
    private struct Change {
        var admitted = 0
        var returned = 0
        /// The highest limit that was told to an admission, and whose it was: whatever came last was told no more.
        var limit = -1
        var attempt = 0
        var place = 0
    }

    private mutating func checkInAnyOrder(_ decisions: [Attempt]) {
        let now = decisions[0].moment
        var opened: [Attempt] = []
        for attempt in decisions where begin(attempt, at: now) { opened.append(attempt) }
        var changes: [Int: Change] = [:]
        for (number, attempt) in opened.enumerated() {
            for (place, fact) in attempt.windows.enumerated() {
                doubts[doubt(of: fact.window, at: now)].blur(true)
                changes[fact.window, default: Change()].returned += max(0, -attempt.cost)
                guard Self.isCharging(attempt) else { continue }
                changes[fact.window, default: Change()].admitted += attempt.cost
                let limit = fact.limit ?? .max
                guard limit > changes[fact.window]?.limit ?? -1 else { continue }
                changes[fact.window]?.limit = limit
                changes[fact.window]?.attempt = number
                changes[fact.window]?.place = place
            }
        }
        for attempt in opened { check(attempt, within: changes) }
        for attempt in opened where Self.isCharging(attempt) {
            let admission = Footprint(attempt)
            for place in attempt.windows.indices { admit(admission, at: place, of: attempt, now) }
        }
        for (window, change) in changes {
            // Refunds that come last leave least. The upper bound goes without them.
            accounts[window].slices.takeBack(change.returned)
            accounts[window].trail.takeBack(change.returned)
            doubts[doubt(of: window, at: now)].cloud(0)
            if change.limit >= 0 { checkSafety(at: change.place, of: opened[change.attempt], now) }
        }
    }

    /// Checks what any order of a moment's decisions leaves to be checked.
    private mutating func check(_ attempt: Attempt, within changes: [Int: Change]) {
        var lacksRoom = false
        for fact in attempt.windows {
            let change = changes[fact.window] ?? Change()
            let (low, high) = bounds(of: fact.window)
            let (least, most) = (max(0, low - change.returned), high + change.admitted)
            if let limit = fact.limit, most + attempt.cost > limit { lacksRoom = true }
            let told = Told(fact, after: attempt)
            guard told.units > most || !told.isLeast && told.units < least else { continue }
            report(
                .conservation,
                of: fact.window,
                "it holds \(told.units) by its own account and \(least) to \(most) by all decisions",
                [attempt]
            )
        }
        if attempt.cost < 0 { return checkRefundForm(attempt) }
        let violated = attempt.windows.first(where: \.isViolated)
        if attempt.outcome == .denied, !lacksRoom {
            reportRefusal(attempt)
        } else if (attempt.outcome == .denied) != (violated != nil) {
            report(.truth, of: violated?.window, "what is told as violated does not go with \(attempt.outcome)", [attempt])
        }
    }
}
