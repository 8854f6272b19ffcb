import StressHistory

/// A server that decides as the documentation says, written as plainly as possible, and can be told to go wrong.
struct CheckerToyServer {
    /// What a window is: its length and slices in microseconds.
    struct Terms {
        var limit: Int?
        var period: Int
        /// Up to a limit of 128 it is a millisecond.
        var wideSlice: Int

        var slice: Int { limit.map { $0 <= 128 } ?? false ? 1000 : wideSlice }
    }

    /// What a server does wrong.
    enum Defect: CaseIterable {
        case admitsOneTooMany, letsGoEarly, letsGoLate, losesAll
        case countsWithoutAsking, countsDenials, countsTwice, forgetsSecondWindow
        case tellsOneMore, tellsEarlyReset, tellsShortWait, deniesWithoutCause, marksAll
    }

    private struct Entry {
        let end: Int
        var units: Int
    }

    private var entries: [[Entry]]
    private(set) var terms: [Terms]
    /// Whether it is wrong, and from when on.
    var defect: Defect?
    var defectFrom = 0

    init(_ terms: [Terms]) {
        self.terms = terms
        entries = Array(repeating: [], count: terms.count)
    }

    /// An operator's override.
    mutating func setLimit(_ limit: Int, of window: Int) { terms[window].limit = limit }

    /// Lets windows be what they are on another server, with the limits that were set there.
    mutating func copy(_ windows: [Int], from other: CheckerToyServer) {
        for window in windows {
            entries[window] = other.entries[window]
            terms[window] = other.terms[window]
        }
    }

    /// Forgets the oldest entry of a window, and nothing after it; returns its units.
    mutating func loseOldest(of window: Int) -> Int {
        entries[window].isEmpty ? 0 : entries[window].removeFirst().units
    }

    func used(_ window: Int) -> Int { entries[window].reduce(0) { $0 + $1.units } }

    /// Decides over windows, of which some are parts of others, by their places; fills in the answer.
    mutating func decide(_ attempt: inout Attempt, _ windows: [Int], pools: [Int: Int] = [:], at now: Int) {
        let defect = now >= defectFrom ? defect : nil
        if defect == .losesAll { entries = entries.map { _ in [] } }
        for window in windows { settle(window, defect, at: now) }
        let cost = attempt.cost
        let over = windows.filter { window in
            let limit = terms[window].limit.map { defect == .admitsOneTooMany ? $0 + 1 : $0 } ?? .max
            return cost >= 0 && used(window) > limit - cost || defect == .deniesWithoutCause && cost > 0
        }
        attempt.server = now
        attempt.source = .redis
        attempt.outcome = over.isEmpty || cost == 0 ? .allowed : .denied
        let isDenied = attempt.outcome == .denied
        if cost < 0 { takeBack(-cost, windows, pools) }
        if cost > 0, !isDenied || defect == .countsDenials {
            for place in windows.indices where !(defect == .forgetsSecondWindow && place == 1 && now % 7 == 0) {
                if isDenied, over.contains(windows[place]) { continue }
                charge(defect == .countsTwice && now % 7 == 0 ? 2 * cost : cost, place, windows, pools, at: now)
            }
        }
        if defect == .countsWithoutAsking { charge(1, 0, windows, pools, at: now) }
        if isDenied { attempt.retryAfter = wait(for: cost, windows, defect, at: now) }
        attempt.windows = facts(windows, pools, over: isDenied ? over : [], defect, isDenied, at: now)
    }

    /// What is known of the windows before anything is decided.
    func plainFacts(_ windows: [Int], pools: [Int: Int]) -> [WindowFact] {
        windows.indices.map { place in
            let terms = terms[windows[place]]
            return WindowFact(
                window: windows[place],
                limit: terms.limit,
                period: terms.period,
                slice: slice(place, windows, pools),
                pool: pools[place]
            )
        }
    }

    private func facts(
        _ windows: [Int],
        _ pools: [Int: Int],
        over: [Int],
        _ defect: Defect?,
        _ isDenied: Bool,
        at now: Int
    ) -> [WindowFact] {
        plainFacts(windows, pools: pools).map { fact in
            var fact = fact
            let used = used(fact.window) - (defect == .tellsOneMore ? 1 : 0)
            if let limit = fact.limit { fact.remaining = max(0, limit - used) } else { fact.used = used }
            fact.reset = entries[fact.window].first.map { $0.end + fact.period - now } ?? 0
            if defect == .tellsEarlyReset, let reset = fact.reset, reset > 0 { fact.reset = reset - 1 }
            fact.isViolated = over.contains(fact.window) || defect == .marksAll && isDenied && fact.limit != nil
            return fact
        }
    }

    private mutating func settle(_ window: Int, _ defect: Defect?, at now: Int) {
        let shift = defect == .letsGoEarly ? terms[window].slice : defect == .letsGoLate ? -terms[window].slice : 0
        entries[window].removeAll { $0.end + terms[window].period <= now + shift }
    }

    private func slice(_ place: Int, _ windows: [Int], _ pools: [Int: Int]) -> Int {
        terms[windows[pools[place] ?? place]].slice
    }

    private mutating func charge(_ units: Int, _ place: Int, _ windows: [Int], _ pools: [Int: Int], at now: Int) {
        let slice = slice(place, windows, pools)
        var end = (now / slice + 1) * slice
        for window in [windows[place]] + (pools[place].map { [windows[$0]] } ?? []) {
            end = max(end, entries[window].last?.end ?? 0)
        }
        let window = windows[place]
        if let last = entries[window].last, last.end == end {
            entries[window][entries[window].count - 1].units += units
        } else {
            entries[window].append(Entry(end: end, units: units))
        }
    }

    private mutating func takeBack(_ units: Int, _ windows: [Int], _ pools: [Int: Int]) {
        for place in windows.indices where !pools.values.contains(place) {
            // Of several parts of one pool, the first one's units are given back by the pool.
            let pool = pools[place].flatMap { pool in
                windows.indices.first { pools[$0] == pool } == place ? windows[pool] : nil
            }
            for _ in 0..<units {
                guard let last = entries[windows[place]].last else { break }
                removeUnit(of: windows[place], from: last.end)
                if let pool { removeUnit(of: pool, from: last.end) }
            }
        }
    }

    private mutating func removeUnit(of window: Int, from end: Int) {
        guard let place = entries[window].firstIndex(where: { $0.end == end }) else { return }
        entries[window][place].units -= 1
        if entries[window][place].units == 0 { entries[window].remove(at: place) }
    }

    private func wait(for cost: Int, _ windows: [Int], _ defect: Defect?, at now: Int) -> Int? {
        var wait = 0
        for window in windows {
            guard let limit = terms[window].limit else { continue }
            guard cost <= limit else { return nil }
            var left = used(window)
            for entry in entries[window] where left + cost > limit {
                left -= entry.units
                wait = max(wait, entry.end + terms[window].period - now)
            }
        }
        return defect == .tellsShortWait ? max(0, wait - 1) : wait
    }
}
