extension Attempt {
    /// Whether somebody has decided.
    var isDecided: Bool { outcome == .allowed || outcome == .denied }

    /// What of it cannot be so, and what is expected in its place; nil if it may stand in a history.
    ///
    /// Whoever reads a history relies on it, so whatever is read or written is looked at.
    var contradiction: String? {
        numberOutOfBounds ?? (isDecided ? lackOfDecision : tracesOfDecision) ?? contradictionInWindows
    }

    private var numberOutOfBounds: String? {
        if !HistoryBounds.processes.contains(process) { return outOfBounds("process", HistoryBounds.processes) }
        if !HistoryBounds.operations.contains(operation) { return outOfBounds("op", HistoryBounds.operations) }
        if !HistoryBounds.costs.contains(cost) { return outOfBounds("cost", HistoryBounds.costs) }
        if !HistoryBounds.times.contains(sent) { return outOfBounds("sent", HistoryBounds.times) }
        if !HistoryBounds.times.contains(done) { return outOfBounds("done", HistoryBounds.times) }
        if done < sent { return "\"done\" is before \"sent\": an attempt ends no earlier than it began" }
        if let server, !HistoryBounds.times.contains(server) { return outOfBounds("server", HistoryBounds.times) }
        if let place, !HistoryBounds.places.contains(place) { return outOfBounds("place", HistoryBounds.places) }
        if let retryAfter, !HistoryBounds.waits.contains(retryAfter) {
            return outOfBounds("retryAfter", HistoryBounds.waits)
        }
        if let error, !HistoryBounds.errors.contains(error.utf8.count) {
            return "\"error\" is to be a word of 1 to \(HistoryBounds.errors.upperBound) bytes"
        }
        if !HistoryBounds.windows.contains(windows.count) {
            return "there are \(windows.count) windows: expected 1 to \(HistoryBounds.windows.upperBound)"
        }
        return nil
    }

    private var lackOfDecision: String? {
        if source == nil { return "\"source\" is missing: a decision says who decided" }
        if server == nil { return "\"server\" is missing: a decision says when, by the server's clock" }
        if retryAfter != nil, outcome != .denied { return "\"retryAfter\" is only for what was denied" }
        for fact in windows {
            if fact.limit == nil {
                if fact.used == nil { return "a window without a limit is to tell \"used\"" }
            } else if fact.remaining == nil {
                return "\"remaining\" is missing: a decision tells it of every window with a limit"
            }
            if fact.reset == nil { return "\"reset\" is missing: a decision tells it of every window" }
        }
        return nil
    }

    private var tracesOfDecision: String? {
        func isTold(_ name: String) -> String { "\"\(name)\" is told, but there was no decision: leave it out" }
        if source != nil { return isTold("source") }
        if server != nil { return isTold("server") }
        if place != nil { return isTold("place") }
        if retryAfter != nil { return isTold("retryAfter") }
        for fact in windows {
            if fact.remaining != nil { return isTold("remaining") }
            if fact.used != nil { return isTold("used") }
            if fact.reset != nil { return isTold("reset") }
            if fact.isViolated { return isTold("violated") }
        }
        return nil
    }

    private var contradictionInWindows: String? {
        for place in windows.indices {
            if let found = windows[place].contradiction { return found }
            for earlier in 0..<place where windows[earlier].window == windows[place].window {
                return "windows \(earlier) and \(place) are the same: an attempt asks each window once"
            }
            if let pool = windows[place].pool, pool == place || !windows.indices.contains(pool) {
                return "\"pool\" of window \(place) is \(pool): expected the place of another of its windows"
            }
        }
        return nil
    }
}

extension WindowFact {
    fileprivate var contradiction: String? {
        if window < 0 { return "a window has the number \(window): expected 0 or more" }
        if !HistoryBounds.periods.contains(period) { return outOfBounds("window", HistoryBounds.periods) }
        let slices = 1...max(period, 1000)
        if !slices.contains(slice) { return outOfBounds("slice", slices) }
        if let limit {
            if !HistoryBounds.limits.contains(limit) { return outOfBounds("limit", HistoryBounds.limits) }
            if used != nil { return "\"used\" is only for a window without a limit: tell \"remaining\"" }
            if let remaining, !(0...limit).contains(remaining) { return outOfBounds("remaining", 0...limit) }
        } else if remaining != nil {
            return "\"remaining\" is told of a window without a limit: tell \"used\""
        }
        if let used, !HistoryBounds.uses.contains(used) { return outOfBounds("used", HistoryBounds.uses) }
        if let reset, !HistoryBounds.waits.contains(reset) { return outOfBounds("reset", HistoryBounds.waits) }
        return nil
    }
}

/// What is said of a number that is too small or too large.
func outOfBounds(_ name: String, _ bounds: ClosedRange<Int>) -> String {
    "\"\(name)\" is out of range: expected \(bounds.lowerBound) to \(bounds.upperBound)"
}
