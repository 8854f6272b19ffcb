/// What a limiter knows of the failures of its Redis: the breakers, what it counts by itself, and whether Redis is being
/// told of that.
struct FailureState: Sendable {
    /// When telling has failed, so long passes before the next attempt.
    private static let pause = Duration.milliseconds(100)

    /// While a server is not asked, it is looked so often whether it is still one.
    private static let patience = Duration.milliseconds(100)

    private var breakers: Breakers
    private var lookedForGone: ContinuousClock.Instant?
    var counts = LocalCounts()
    private var isShutDown = false
    private var isTelling = false
    private var tellsFrom: ContinuousClock.Instant?

    init(_ configuration: RateLimiter.Configuration) {
        breakers = Breakers(failures: configuration.breakerFailures, stall: configuration.stallLimit)
    }

    /// How many servers are not asked.
    var openCount: Int { breakers.openCount }

    /// Whether a call may ask a server.
    mutating func admit(
        to domain: FailureDomain,
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> Breaker.Admission {
        // After the shutdown the store says so to everybody.
        isShutDown ? .pass(.ordinary) : breakers[domain].admit(at: now())
    }

    /// Redis has answered: what has changed, and whether it is to be told now what was counted without it.
    mutating func succeeded(
        in domain: FailureDomain,
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> (change: Breaker.Change?, tells: Bool) {
        let change = breakers[domain].succeeded(at: now())
        guard counts.hasDebts, !isTelling, !isShutDown else { return (change, false) }
        if let tellsFrom, now() < tellsFrom { return (change, false) }
        isTelling = true
        return (change, true)
    }

    mutating func failed(
        _ call: Breaker.Call,
        in domain: FailureDomain,
        _ error: WeirError,
        at now: ContinuousClock.Instant,
        random: Double
    ) -> Breaker.Change? {
        guard error.isUnavailability else {
            breakers[domain].abandoned(call, at: now)
            return nil
        }
        return breakers[domain].failed(call, error, at: now, random: random)
    }

    /// Whether it is time to look which servers are gone: nobody asks those any more, so nothing would close their breakers.
    mutating func looksForGone(at now: @autoclosure () -> ContinuousClock.Instant) -> Bool {
        guard breakers.openCount > 0 else { return false }
        let now = now()
        if let lookedForGone, lookedForGone.duration(to: now) < Self.patience { return false }
        lookedForGone = now
        return true
    }

    /// Forgets what failed elsewhere.
    mutating func keep(_ domains: Set<FailureDomain>) { breakers.keep(domains) }

    /// Redis has been told all, or cannot be told now.
    mutating func stoppedTelling(isDone: Bool, at now: ContinuousClock.Instant) {
        isTelling = false
        tellsFrom = isDone ? nil : now.advanced(by: Self.pause)
    }

    mutating func shutDown() { isShutDown = true }
}
