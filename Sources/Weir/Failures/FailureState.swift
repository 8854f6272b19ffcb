/// What a limiter knows of the failures of its Redis: the breakers, what it counts by itself, and whether Redis is being
/// told of that.
package struct FailureState: Sendable {
    /// When telling has failed, so long passes before the next attempt.
    private static let pause = Duration.milliseconds(100)

    /// While a server fails or is not asked, or more are known than there may be, it is looked so often which there are.
    private static let patience = Duration.milliseconds(100)

    private var breakers: Breakers
    private var lookedForGone: ContinuousClock.Instant?
    package var counts = LocalCounts()
    private var isShutDown = false
    private var isTelling = false
    private var tellsFrom: ContinuousClock.Instant?

    package init(_ configuration: RateLimiter.Configuration) {
        breakers = Breakers(failures: configuration.breakerFailures, stall: configuration.stallLimit)
    }

    /// How many servers are not asked.
    package var openCount: Int { breakers.openCount }

    /// Whether nothing has failed since all was well, and nothing has to be told or looked for: then it has nothing to say
    /// to a call, and no call changes it.
    package var isCalm: Bool { !isTelling && !counts.hasDebts && breakers.areCalm }

    /// Whether a call may ask a server.
    package mutating func admit(
        to domain: FailureDomain,
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> Breaker.Admission {
        // After the shutdown the store says so to everybody.
        isShutDown ? .pass(.ordinary) : breakers.admit(to: domain, at: now())
    }

    /// Redis has answered: what has changed, and whether it is to be told now what was counted without it.
    package mutating func succeeded(
        in domain: FailureDomain,
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> (change: Breaker.Change?, tells: Bool) {
        let change = breakers[domain].succeeded(at: now())
        guard counts.hasDebts, !isTelling, !isShutDown else { return (change, false) }
        if let tellsFrom, now() < tellsFrom { return (change, false) }
        isTelling = true
        return (change, true)
    }

    package mutating func failed(
        _ call: Breaker.Call,
        in domain: FailureDomain,
        _ error: WeirError,
        at now: ContinuousClock.Instant,
        random: Double
    ) -> Breaker.Change? {
        breakers.isAsked(domain)
        guard error.isUnavailability else {
            breakers[domain].abandoned(call, at: now)
            return nil
        }
        return breakers[domain].failed(call, error, at: now, random: random)
    }

    /// Whether it is time to look which servers are gone.
    ///
    /// Nobody asks those any more, so nothing would close their breakers or end their rows of failures; and where servers
    /// come and go, those that are closed would become more and more.
    package mutating func looksForGone(at now: @autoclosure () -> ContinuousClock.Instant) -> Bool {
        guard !breakers.areCalm else { return false }
        let now = now()
        if let lookedForGone, lookedForGone.duration(to: now) < Self.patience { return false }
        lookedForGone = now
        return true
    }

    /// Forgets what failed elsewhere.
    ///
    /// - Parameters:
    ///   - domains: all that can fail for itself now.
    ///   - now: the time.
    /// - Returns: what has changed for everything, if anything.
    package mutating func keep(_ domains: Set<FailureDomain>, at now: ContinuousClock.Instant) -> Breaker.Change? {
        breakers.keep(domains, at: now)
    }

    /// Takes out some of what the shared counts have to be told, but nothing that is to be told to a server that is not
    /// asked.
    ///
    /// - Parameters:
    ///   - count: how many windows at most.
    ///   - now: the time, in microseconds since the epoch.
    ///   - domain: what a request fails with.
    /// - Returns: what is taken out.
    package mutating func takeDebts(
        atMost count: Int,
        at now: Int,
        domain: (DecisionRequest) -> FailureDomain
    ) -> [LocalDebt] {
        let open = breakers.open
        guard !open.isEmpty else { return counts.take(atMost: count, at: now) }
        return counts.take(atMost: count, at: now) { open.contains(domain($0)) }
    }

    /// Redis has been told all that it can be told now.
    ///
    /// - Parameters:
    ///   - isDone: whether that did not end with a failure. What is left all the same was left out.
    ///   - now: the time.
    package mutating func stoppedTelling(isDone: Bool, at now: ContinuousClock.Instant) {
        isTelling = false
        tellsFrom = isDone && !counts.hasDebts ? nil : now.advanced(by: Self.pause)
    }

    package mutating func shutDown() { isShutDown = true }
}
