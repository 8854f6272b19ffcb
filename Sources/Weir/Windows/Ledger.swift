/// All windows in memory, decided over exactly as `lua/acquire.lua` does.
package struct Ledger: Sendable {
    private struct Account: Sendable {
        var window: SlidingWindow
        var diesAt: Int
        /// The index that lists it as a part.
        let index: [UInt8]?
    }

    /// A window that is being decided over.
    private struct Open {
        let key: HashedKey
        let pool: Window.Pool?
        let stages: LimitStages
        let pace: Pace
        var sliding: SlidingWindow
    }

    private var accounts: [HashedKey: Account] = [:]
    private var sweepAbove = 1024

    package init() {}

    /// How many windows are kept.
    package var count: Int { accounts.count }

    /// Whether a window is kept.
    func keeps(_ key: HashedKey) -> Bool { accounts[key] != nil }

    /// Decides a request and charges it if it is admitted.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - limits: what operators have set, by the owner's key.
    ///   - now: microseconds since the epoch.
    /// - Returns: what the script would have answered.
    package mutating func decide(
        _ request: DecisionRequest,
        limits: [[UInt8]: [String: String]] = [:],
        at now: Int
    ) -> Verdict {
        let set = request.limits.flatMap { limits[$0.bytes] } ?? [:]
        let stages = request.windows.map { LimitStages($0.terms.limit, key: $0.key, stored: set, at: now) }
        if let place = stages.firstIndex(where: { $0 == nil }) {
            return verdict(of: request, .unreadableLimit(place: place), windows: nil, at: now)
        }
        var windows = open(request, stages.compactMap { $0 }, at: now)
        let status = decide(request, over: &windows, at: now)
        return verdict(of: request, status, windows: windows, at: now)
    }

    private func verdict(
        of request: DecisionRequest,
        _ status: Verdict.Status,
        windows: [Open]?,
        at now: Int
    ) -> Verdict {
        var numbers = [now] + status.numbers(wanted: request.most)
        var limits: [Int: Int] = [:]
        for place in request.windows.indices {
            guard let window = windows?[place] else {
                numbers += [0, 0]
                continue
            }
            numbers += [window.sliding.total, window.sliding.reset(window.pace, at: now)]
            if let limit = window.stages.limit, limit != request.windows[place].terms.limit { limits[place] = limit }
        }
        return Verdict(numbers: numbers, start: 1, wanted: request.most, limits: limits, source: .memory)
    }

    private mutating func open(_ request: DecisionRequest, _ stages: [LimitStages], at now: Int) -> [Open] {
        let paces = request.windows.indices.map { place in
            request.windows[place].terms.with(limit: stages[place].limit).pace
        }
        return request.windows.indices.map { place in
            let window = request.windows[place]
            let account = accounts[window.hashedKey]
            // A part keeps step with its pool, so that what both are charged leaves both at once.
            let slice = paces[window.pool?.place ?? place].slice
            let pace = Pace(period: window.terms.period, slice: slice, widest: paces[place].widest)
            var opened = Open(
                key: window.hashedKey,
                pool: window.pool,
                stages: stages[place],
                pace: pace,
                sliding: account?.window ?? SlidingWindow()
            )
            let isMoved = opened.sliding.settle(pace, at: now)
            // A window that has become longer keeps its entries longer, even if it is only refused.
            let isLonger = opened.sliding.lastLeaves(pace) > account?.diesAt ?? .max
            if request.most != 0, isMoved || isLonger { store(opened, at: now) }
            return opened
        }
    }

    private mutating func decide(
        _ request: DecisionRequest,
        over windows: inout [Open],
        at now: Int
    ) -> Verdict.Status {
        guard request.most >= 0 else {
            takeBack(-request.most, from: &windows, at: now)
            return .allowed(charged: request.most)
        }
        var room = request.most
        var ceiling = Terms.ceiling
        for window in windows {
            guard let limit = window.stages.limit else { continue }
            room = min(room, limit - window.sliding.total)
            ceiling = min(ceiling, window.stages.last ?? Terms.ceiling)
        }
        if room < request.least {
            guard let wait = wait(for: request.least, windows, at: now) else {
                return .never(ceiling: ceiling)
            }
            return .denied(retryAfter: wait)
        }
        for place in windows.indices {
            let pool = windows[place].pool.map { windows[$0.place] }
            let earliest = pool.map { max($0.pace.sliceEnd(at: now), $0.sliding.newestEnd) } ?? 0
            if windows[place].sliding.charge(room, windows[place].pace, notBefore: earliest, at: now) {
                store(windows[place], at: now)
            }
        }
        return .allowed(charged: room)
    }

    /// What a part gives back, its pool gives back from the same slices.
    private mutating func takeBack(_ cost: Int, from windows: inout [Open], at now: Int) {
        var leaders: [Int: Int] = [:]
        for (place, window) in windows.enumerated() {
            if let pool = window.pool?.place, leaders[pool] == nil { leaders[pool] = place }
        }
        for place in windows.indices where leaders[place] == nil && !windows[place].sliding.isEmpty {
            let taken = windows[place].sliding.takeBack(cost)
            store(windows[place], at: now)
            guard let pool = windows[place].pool?.place, leaders[pool] == place else { continue }
            for (sliceEnd, part) in taken { windows[pool].sliding.takeBack(part, from: sliceEnd) }
            store(windows[pool], at: now)
        }
    }

    /// Microseconds until `cost` fits all windows at once; nil if it never will.
    private func wait(for cost: Int, _ windows: [Open], at now: Int) -> Int? {
        var wait = 0
        while true {
            let before = wait
            for window in windows {
                guard let fits = fits(cost, window, after: wait, at: now) else { return nil }
                wait = fits
            }
            // Only where limits end, what fits at one time may not fit at a later one.
            if wait == before { return wait }
        }
    }

    private func fits(_ cost: Int, _ window: Open, after start: Int, at now: Int) -> Int? {
        var start = start
        for stage in window.stages.stages {
            guard let limit = stage.limit else { return start }
            var wait: Int?
            if cost <= limit {
                let lacksRoom = window.sliding.total + cost > limit
                let needed = lacksRoom ? window.sliding.wait(for: cost, limit: limit, window.pace, at: now) : 0
                wait = max(start, needed)
            }
            guard let ends = stage.ends else { return wait }
            if let wait, now + wait < ends { return wait }
            start = max(start, ends - now)
        }
        return nil
    }

    /// Keeps what has changed, and only that: a window that was merely looked at stays as it was, as in Redis.
    private mutating func store(_ window: Open, at now: Int) {
        let leaves = window.sliding.lastLeaves(window.pace)
        let index = window.pool?.index.bytes ?? accounts[window.key]?.index
        let account = Account(window: window.sliding, diesAt: leaves, index: index)
        accounts[window.key] = window.sliding.isEmpty ? nil : account
        // Nothing else removes windows that nobody asks about any more. Each survivor has paid for the next sweep.
        if accounts.count > sweepAbove { sweep(at: now) }
    }

    /// Removes the windows that have nothing left.
    mutating func sweep(at now: Int) {
        accounts = accounts.filter { $0.value.diesAt > now }
        sweepAbove = max(1024, 2 * accounts.count)
    }

    /// The parts that an index lists, by name.
    package func parts(of index: [UInt8], _ terms: Terms, at now: Int) -> [PartUsage] {
        accounts.compactMap { key, account in
            guard account.index == index else { return nil }
            var sliding = account.window
            _ = sliding.settle(terms.pace, at: now)
            guard !sliding.isEmpty else { return nil }
            let name = String(decoding: key.bytes.dropFirst(index.count + 1), as: UTF8.self)
            return PartUsage(name: name, used: sliding.total, reset: sliding.reset(terms.pace, at: now))
        }
        .sorted { $0.name < $1.name }
    }

    /// Forgets windows; returns how many of them held anything.
    package mutating func remove(_ keys: [[UInt8]], at now: Int) -> Int {
        keys.count { key in (accounts.removeValue(forKey: HashedKey(key))?.diesAt ?? now) > now }
    }
}
