/// What a client knows of the length of a window: what it was told, and what it has seen.
///
/// Servers tell it in whole seconds, rounded up, or not at all. What is seen bounds it from above, so that whoever waits
/// for the bound never comes too early, whether or not others share the limit:
///
/// - With 3 of 5 left, 2 count. So of this client's own requests, the third newest that was let in before has left: the
///   window is no longer than from its sending until the arrival of the answer that says so.
/// - With 4 of 5 left, only the request itself counts, and `reset` is the time until it leaves: the window is no longer.
///
/// From below it is bounded by the length that was told, or else by every reset, less the second for which those may have
/// been rounded up.
///
/// Windows that slide behave so. A server whose windows are fixed gives back units before their time is over, and the
/// bound comes out too short; a refusal of a request that relied on it refutes it, and after the third nothing is
/// concluded any more.
struct WindowLength: Sendable {
    private static let mostRefutations = 3

    private var told: Duration?
    private var seen: Duration?
    private var longestReset = Duration.zero
    private var refutations = 0
    /// Requests sent before it prove nothing: the limit was another one.
    private var since = Duration.seconds(-1)

    init() {}

    /// An upper bound of the length; nil if there is none.
    var bound: Duration? {
        guard let seen else { return told }
        // What is told is less than a second too long, and a reset less than a second.
        return max(told.map { min(seen, $0) } ?? seen, (told ?? longestReset) - .seconds(1))
    }

    /// The same as far as it was told.
    var toldBound: Duration? { told }

    /// What a report tells.
    mutating func learn(told: Duration?, reset: Duration?) {
        if let told, told > .zero { self.told = told }
        longestReset = max(longestReset, reset ?? .zero)
    }

    /// What is seen when so many units count after a request of this client was let in.
    ///
    /// - Parameters:
    ///   - used: the units that count, of which the request's own is one.
    ///   - reset: the time until there are more.
    ///   - sent: when the request was sent.
    ///   - now: when its answer came.
    ///   - own: the requests that were let in, this one among them.
    mutating func learn(used: Int, reset: Duration?, sent: Duration, at now: Duration, from own: OwnAdmissions) {
        guard refutations < Self.mostRefutations, used > 0 else { return }
        if used == 1, let reset, reset > .zero { seen = min(seen ?? reset, reset) }
        // Those answered after this one was sent may have been let in after it.
        guard
            let earliest = own.earliestSending(ofNewest: used, answeredBefore: sent, sentAfter: since)
        else { return }
        let length = now - earliest
        seen = min(seen ?? length, length)
    }

    /// A request that relied on what was seen was refused.
    mutating func refute(at now: Duration) {
        seen = nil
        refutations += 1
        since = now
    }

    /// The limit has changed: what was let in before says nothing of it.
    mutating func limitChanged(at now: Duration) { since = now }
}
