internal import Hiredis

/// Whether to ask Redis at all: after failures in a row only one call at a time finds out whether it answers again.
///
/// It knows no clock and no randomness: it is told both. Every call that it lets through has to end in `succeeded`,
/// `failed` or `abandoned`.
package struct Breaker: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// A call that was let through, to be handed back when it ends.
    package struct Call: Sendable, Hashable {
        /// Which probe it is, counted from 1; zero for any other call.
        fileprivate let probe: Int

        /// Any call while the breaker is closed.
        static let ordinary = Call(probe: 0)

        /// Whether it finds out for all others.
        package var isProbe: Bool { probe > 0 }
    }

    package enum Admission: Sendable {
        /// Redis is to be asked.
        case pass(Call)
        /// Redis is not to be asked; the error says why.
        case refuse(WeirError)
    }

    /// What others have to be told.
    package enum Change: Sendable, Hashable {
        /// From now on calls are refused.
        case opened
        /// Redis answers again, after so long; meanwhile so many calls had no answer of it.
        case closed(after: Duration, unanswered: Int)
    }

    private enum Phase: Sendable {
        case closed
        case open(until: Instant)
        case probing(Int)
    }

    /// How many failures in a row open it; zero never does.
    private let mostFailures: Int
    /// What also opens it is a failure so long after the first of its row.
    private let stall: Duration
    private var phase = Phase.closed
    private var backoff = Backoff()
    private var probes = 0
    /// The unbroken row of failures: how many, those that were refused for want of room apart, and since when.
    private var failures = 0
    private var refusals = 0
    private var failsSince: Instant?
    private var openedAt: Instant?
    private var closedAt: Instant?
    private var unanswered = 0
    private var refusal = WeirError(.breakerOpen, "Redis has failed", isRetryable: true)

    /// A closed breaker that opens after so many failures in a row, or after a row of failures so long.
    package init(failures: Int, stall: Duration) {
        mostFailures = failures
        self.stall = stall
        backoff.longest = .milliseconds(400)
        // Opened again soon after it was closed, it goes on with longer waits.
        backoff.healthy = .seconds(1)
    }

    /// Whether calls are refused, but for one now and then.
    package var isOpen: Bool {
        if case .closed = phase { false } else { true }
    }

    /// Whether it is closed, and no row of failures has begun.
    var isCalm: Bool { failures == 0 && refusals == 0 && !isOpen }

    /// Asks whether a call may ask Redis.
    package mutating func admit(at now: @autoclosure () -> Instant) -> Admission {
        switch phase {
        case .closed: return .pass(.ordinary)
        case .open(let until) where until <= now():
            probes += 1
            phase = .probing(probes)
            return .pass(Call(probe: probes))
        case .open, .probing:
            unanswered += 1
            return .refuse(refusal)
        }
    }

    /// Redis has answered, whatever it said.
    ///
    /// Any answer closes it, also one to a call from before it opened: Redis is there again.
    package mutating func succeeded(at now: @autoclosure () -> Instant) -> Change? {
        guard failures > 0 || refusals > 0 || isOpen else { return nil }
        (failures, refusals, failsSince) = (0, 0, nil)
        guard isOpen else { return nil }
        let now = now()
        phase = .closed
        closedAt = now
        return .closed(after: (openedAt ?? now).duration(to: now), unanswered: unanswered)
    }

    /// Redis has not answered a call, or not with a decision.
    ///
    /// - Parameters:
    ///   - call: as it was let through.
    ///   - error: why. Calls that were not sent because too many wait come many at a time and cost nothing, so they open
    ///     it only together with the time for which nothing has been answered.
    ///   - now: the time.
    ///   - random: a number in `0 ..< 1`.
    /// - Returns: what has changed, if anything.
    package mutating func failed(
        _ call: Call,
        _ error: WeirError,
        at now: Instant,
        random: Double
    ) -> Change? {
        guard mostFailures > 0 else { return nil }
        switch phase {
        case .closed:
            if error.code == .overloaded { refusals += 1 } else { failures += 1 }
            let since = failsSince ?? now
            failsSince = since
            guard failures >= mostFailures || since.duration(to: now) >= stall else { return nil }
            if let closedAt { backoff.connectionLasted(closedAt.duration(to: now)) }
            (openedAt, unanswered) = (now, 0)
            open(because: error, at: now, random: random)
            return .opened
        case .probing(let probe) where probe == call.probe:
            if error.code == .overloaded { refusals += 1 } else { failures += 1 }
            unanswered += 1
            open(because: error, at: now, random: random)
            return nil
        case .open, .probing:
            // It began before, and tells nothing new.
            unanswered += 1
            return nil
        }
    }

    /// A call has ended without telling anything of Redis, as when its task was cancelled.
    ///
    /// If it was the probe, the next call is.
    package mutating func abandoned(_ call: Call, at now: Instant) {
        if case .probing(call.probe) = phase { phase = .open(until: now) }
    }

    private mutating func open(because error: WeirError, at now: Instant, random: Double) {
        phase = .open(until: now.advanced(by: backoff.next(random: random)))
        let longest = backoff.longest / .seconds(1)
        refusal = WeirError(
            .breakerOpen,
            "Redis has failed \(failures + refusals) calls in a row; the next is let through in at most \(longest) s:"
                + " \(error.message)",
            isRetryable: true
        )
    }
}
