internal import StressHistory

/// Whether an attempt can be what it says it is, so that nothing after this has to doubt its numbers.
enum Form {
    /// The script's times and counts are exact up to here.
    static let latestTime = 1 << 53
    private static let times = 0...latestTime
    /// What was told may be wrong in any way, but has to be reckoned with.
    private static let told = -latestTime...latestTime
    private static let costs = -(1 << 31)...(1 << 31)
    private static let limits = 0...(1 << 48)
    private static let periods = 1000...(366 * 86_400_000_000)
    private static let processes = 0...(1 << 31)
    private static let mostWindows = 64

    /// What is wrong with it, or nil.
    static func problem(of attempt: Attempt, windows: Int) -> String? {
        guard processes.contains(attempt.process), times.contains(attempt.operation) else {
            return "a process is numbered 0 to 2^31 and an operation 0 to 2^53"
        }
        guard costs.contains(attempt.cost) else { return "a cost of \(attempt.cost) is more than 2^31" }
        guard times.contains(attempt.sent), times.contains(attempt.done), attempt.sent <= attempt.done else {
            return "it was sent at \(attempt.sent) and done at \(attempt.done); times are 0 to 2^53 in this order"
        }
        guard attempt.windows.count <= mostWindows else {
            return "it has \(attempt.windows.count) windows; \(mostWindows) are possible"
        }
        if let server = attempt.server, !times.contains(server) { return "the server's time \(server) is beyond 2^53" }
        if let wait = attempt.retryAfter, !told.contains(wait) { return "retryAfter \(wait) is beyond 2^53" }
        let isDecided = attempt.outcome == .allowed || attempt.outcome == .denied
        guard !isDecided || attempt.source != nil else { return "it was \(attempt.outcome) by nobody: give a source" }
        let isCounted = isDecided && attempt.source == .redis
        guard !isCounted || attempt.server != nil else { return "Redis decided it, but there is no server time" }
        for place in attempt.windows.indices {
            let fact = attempt.windows[place]
            if let problem = problem(of: fact, at: place, in: attempt, windows: windows) { return problem }
            if isCounted, let problem = problem(ofAnswer: fact) { return problem }
        }
        return nil
    }

    private static func problem(of fact: WindowFact, at place: Int, in attempt: Attempt, windows: Int) -> String? {
        guard fact.window >= 0, fact.window < windows else {
            return "there is no window \(fact.window), the history names \(windows)"
        }
        guard periods.contains(fact.period) else {
            return "a window of \(fact.period) µs; 1000 µs to 366 days are possible"
        }
        guard fact.slice >= 1, fact.slice <= fact.period else {
            return "a slice of \(fact.slice) µs in a window of \(fact.period) µs; 1 µs to all of it is possible"
        }
        if let limit = fact.limit, !limits.contains(limit) { return "a limit of \(limit); 0 to 2^48 are possible" }
        if let pool = fact.pool {
            guard attempt.windows.indices.contains(pool), pool != place, attempt.windows[pool].pool == nil else {
                return "a window is a part of the one at place \(pool), which is no pool of this attempt"
            }
            guard attempt.windows[pool].period == fact.period else { return "a part and its pool differ in length" }
        }
        for other in 0..<place where attempt.windows[other].window == fact.window {
            return "it names window \(fact.window) twice"
        }
        return nil
    }

    private static func problem(ofAnswer fact: WindowFact) -> String? {
        guard let units = fact.limit == nil ? fact.used : fact.remaining, let reset = fact.reset else {
            return "Redis decided it, but \(fact.limit == nil ? "used" : "remaining") or reset of a window is missing"
        }
        guard told.contains(units), told.contains(reset) else {
            return "a window is told with \(units) units and a reset in \(reset) µs, which is beyond 2^53"
        }
        return nil
    }
}
