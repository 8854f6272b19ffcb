/// All windows in memory, decided over exactly as `lua/acquire.lua` does.
package struct Ledger: Sendable {
    private struct Account: Sendable {
        var window: SlidingWindow
        var diesAt: Int
    }

    private var accounts: [[UInt8]: Account] = [:]
    private var sweepAbove = 1024

    package init() {}

    /// How many windows are kept.
    package var count: Int { accounts.count }

    /// Decides a request and charges it if it is admitted; `now` is in microseconds since the epoch.
    package mutating func decide(_ request: DecisionRequest, at now: Int) -> Verdict {
        var windows: [SlidingWindow] = []
        for window in request.windows {
            let account = accounts[window.key]
            var sliding = account?.window ?? SlidingWindow()
            let isMoved = sliding.settle(window.terms, at: now)
            // A window that has become longer keeps its entries longer, even if it is only refused.
            let isLonger = sliding.lastLeaves(window.terms) > account?.diesAt ?? .max
            if request.most != 0, isMoved || isLonger { store(sliding, as: window, at: now) }
            windows.append(sliding)
        }
        let (status, detail) = decide(request, over: &windows, at: now)
        var numbers = [now, status, detail]
        for (window, sliding) in zip(request.windows, windows) {
            numbers += [sliding.total, sliding.reset(window.terms, at: now)]
        }
        return Verdict(numbers: numbers, start: 1)
    }

    private mutating func decide(
        _ request: DecisionRequest,
        over windows: inout [SlidingWindow],
        at now: Int
    ) -> (status: Int, detail: Int) {
        guard request.most >= 0 else {
            for place in windows.indices where windows[place].takeBack(-request.most) {
                store(windows[place], as: request.windows[place], at: now)
            }
            return (1, request.most)
        }
        var room = request.most
        var ceiling = SlidingWindow.ceiling
        for (window, sliding) in zip(request.windows, windows) {
            guard let limit = window.terms.limit else { continue }
            room = min(room, limit - sliding.total)
            ceiling = min(ceiling, limit)
        }
        if request.least > ceiling { return (-1, ceiling) }
        if room < request.least {
            var wait = 0
            for (window, sliding) in zip(request.windows, windows) {
                guard let limit = window.terms.limit, sliding.total + request.least > limit else { continue }
                wait = max(wait, sliding.wait(for: request.least, limit: limit, window.terms, at: now))
            }
            return (0, wait)
        }
        for place in windows.indices where windows[place].charge(room, request.windows[place].terms, at: now) {
            store(windows[place], as: request.windows[place], at: now)
        }
        return (1, room)
    }

    /// Keeps what has changed, and only that: a window that was merely looked at stays as it was, as in Redis.
    private mutating func store(_ sliding: SlidingWindow, as window: Window, at now: Int) {
        accounts[window.key] =
            sliding.isEmpty ? nil : Account(window: sliding, diesAt: sliding.lastLeaves(window.terms))
        // Nothing else removes windows that nobody asks about any more. Each survivor has paid for the next sweep.
        guard accounts.count > sweepAbove else { return }
        accounts = accounts.filter { $0.value.diesAt > now }
        sweepAbove = max(1024, 2 * accounts.count)
    }

    /// Forgets windows; returns how many of them held anything.
    package mutating func remove(_ keys: [[UInt8]], at now: Int) -> Int {
        keys.count { key in (accounts.removeValue(forKey: key)?.diesAt ?? now) > now }
    }
}
