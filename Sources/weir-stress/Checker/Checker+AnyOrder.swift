internal import StressHistory

extension Checker {
    /// Checks decisions of one moment against what any order of them can give.
    mutating func checkInAnyOrder(_ decisions: [Attempt]) {
        let now = decisions[0].moment
        var opened: [Attempt] = []
        for attempt in decisions where begin(attempt, at: now) { opened.append(attempt) }
        var changes: [Int: Change] = [:]
        for (number, attempt) in opened.enumerated() {
            for place in attempt.windows.indices {
                let window = attempt.windows[place].window
                doubts[doubt(of: window, at: now)].blur(true)
                let slice = slice(at: place, of: attempt)
                changes[window, default: Change()].add(attempt, number: number, place: place, slice: slice)
            }
        }
        for attempt in opened { check(attempt, within: changes) }
        for attempt in opened where Self.isCharging(attempt) {
            let admission = Footprint(attempt)
            for place in attempt.windows.indices { admit(admission, at: place, of: attempt, now) }
        }
        let isMixed = changes.values.contains(where: \.isMixed)
        for (window, change) in changes.sorted(by: { $0.key < $1.key }) {
            if isMixed { spread(change.admitted, of: window, at: now) }
            // Refunds that come last leave least. The upper bound goes without them.
            accounts[window].slices.takeBack(change.returned)
            accounts[window].trail.takeBack(change.returned)
            doubts[doubt(of: window, at: now)].cloud(0)
            if change.limit >= 0 { checkSafety(at: change.place, of: opened[change.attempt], now) }
        }
    }

    /// Of units that were counted just now, in slices of several widths: nobody knows in which of them.
    private mutating func spread(_ units: Int, of window: Int, at now: Int) {
        let place = doubt(of: window, at: now)
        accounts[window].slices.takeBack(units)
        accounts[window].slices.insert(units, at: earliestEnd(of: window, from: now))
        doubts[place].high.takeBack(units)
        doubts[place].high.add(units, to: latestEnd(of: window, at: now))
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
        let violated = attempt.windows.first(where: \.isViolated)?.window
        if attempt.outcome == .denied, !lacksRoom {
            reportRefusal(attempt)
        } else if (attempt.outcome == .denied) != (violated != nil) {
            report(.truth, of: violated, "what is told as violated does not go with \(attempt.outcome)", [attempt])
        }
    }
}
