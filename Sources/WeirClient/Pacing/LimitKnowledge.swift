internal import WeirFields

/// What a client knows of one limit: the last reading, and what has happened since.
///
/// The units available are those that remained in the reading, less the requests that are on their way or may have been
/// counted since, and more by those of this client's own that have left the window since. Never are there more than the
/// limit less its own requests that may still count.
struct LimitKnowledge: Sendable {
    private(set) var limit: Int
    private(set) var remaining: Int
    private(set) var reset: Duration?
    /// When the request was sent whose answer told it, and when that came.
    private(set) var sent: Duration
    private(set) var answered: Duration
    /// Requests since that may have been counted and whose answers told nothing.
    private(set) var uncounted = 0
    /// Whether the last answer told of it: a server that tells one limit tells the one with the least left.
    private(set) var isCurrent = true
    private(set) var window = WindowLength()

    init?(_ report: LimitReport, sent: Duration, at now: Duration) {
        guard let remaining = report.remaining.map(Self.bounded) else { return nil }
        limit = max(Self.bounded(report.limit ?? remaining), 1)
        self.remaining = remaining
        reset = report.reset
        self.sent = sent
        answered = now
    }

    /// Far from where sums overflow.
    private static func bounded(_ units: Int) -> Int { min(max(units, 0), 1 << 53) }

    /// Takes over what an answer tells.
    ///
    /// Of two requests that were on their way at the same time, the one that left less was decided later; so much is told
    /// until a request that was sent after both is answered.
    mutating func update(
        _ report: LimitReport,
        sent: Duration,
        at now: Duration,
        wasAdmitted: Bool,
        own: OwnAdmissions
    ) {
        guard let remaining = report.remaining.map(Self.bounded) else { return }
        isCurrent = true
        if let limit = report.limit.map({ max(Self.bounded($0), 1) }), limit != self.limit {
            self.limit = limit
            window.limitChanged(at: now)
        }
        window.learn(told: report.window, reset: report.reset)
        if wasAdmitted {
            window.learn(used: limit - remaining, reset: report.reset, sent: sent, at: now, from: own)
        }
        guard sent >= answered || remaining <= self.remaining else { return }
        (self.remaining, reset, self.sent, answered, uncounted) = (remaining, report.reset, sent, now, 0)
    }

    /// An answer told of other limits alone.
    mutating func wasNotTold() { isCurrent = false }
    /// A request has ended of which nobody knows whether it was counted.
    mutating func mayHaveCounted() { uncounted += 1 }
    mutating func refuteWindow(at now: Duration) { window.refute(at: now) }

    /// The time after which a request has certainly left a window of this length: 5 ms and 1 % more than that.
    static func leaving(_ window: Duration) -> Duration { window + window / 100 + .milliseconds(5) }

    /// The units available at a time, before those on their way are taken off.
    func units(at now: Duration, own: OwnAdmissions, window: Duration?) -> Int {
        var units = remaining - uncounted
        let isReset = reset.map { answered + $0 <= now } ?? false
        guard let window else { return isReset ? max(units + 1, 1) : units }
        let leaving = Self.leaving(window)
        let left = own.count(answeredAfter: sent - leaving, upTo: now - leaving)
        units = min(units + max(left, isReset ? 1 : 0), limit - own.count(answeredAfter: now - leaving))
        return isReset ? max(units, 1) : units
    }

    /// When a request may go, with so many on their way; nil if only an answer can tell.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - own: this client's requests that were let in.
    ///   - inFlight: how many are on their way.
    ///   - lastSent: when the last one was sent.
    ///   - settings: from how much on, and by how much at most, requests are spaced.
    /// - Returns: now or a later time.
    func earliest(
        at now: Duration,
        own: OwnAdmissions,
        inFlight: Int,
        lastSent: Duration?,
        settings: Pacer.Settings
    ) -> Duration? {
        let available = units(at: now, own: own, window: window.bound) - inFlight
        if available > 0 {
            guard let lastSent else { return now }
            return max(now, lastSent + interval(available: available, settings))
        }
        let returning = nextReturn(after: now, own: own, inFlight: inFlight)
        if inFlight > 0 { return returning }
        // Without any time told, one goes now and then to find out.
        let asking = answered + (reset ?? settings.unknownReset)
        return max(now, min(returning ?? asking, asking))
    }

    /// When units of this client's own requests have left for one more.
    private func nextReturn(after now: Duration, own: OwnAdmissions, inFlight: Int) -> Duration? {
        guard let window = window.bound else { return nil }
        let leaving = Self.leaving(window)
        var left = own.count(answeredAfter: sent - leaving, upTo: now - leaving)
        var counted = own.count(answeredAfter: now - leaving)
        for (time, count) in own.answers(after: now - leaving) {
            left += count
            counted -= count
            if min(remaining - uncounted + left, limit - counted) > inFlight { return time + leaving }
        }
        return nil
    }

    /// The least time between two requests: none while units are ample, near the window's share of one at the end.
    ///
    /// Of 100 a minute, with ample more than half: none with 51 left, 300 ms with 25, 588 ms with 1.
    func interval(available: Int, _ settings: Pacer.Settings) -> Duration {
        let ample = settings.ampleShare * Double(limit)
        guard Double(available) < ample, let window = window.bound ?? reset else { return .zero }
        return min(window / limit * (1 - Double(available) / ample), settings.longestSpacing)
    }

    /// Whether a request may go now without relying on what was concluded of the window's length.
    func isSafe(at now: Duration, own: OwnAdmissions, inFlight: Int) -> Bool {
        units(at: now, own: own, window: window.toldBound) > inFlight
    }
}
