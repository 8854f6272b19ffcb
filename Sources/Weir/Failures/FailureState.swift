/// What a limiter knows of the failures of its Redis: the breaker, what it counts by itself, and whether Redis is being
/// told of that.
struct FailureState: Sendable {
    /// When telling has failed, so long passes before the next attempt.
    private static let pause = Duration.milliseconds(100)

    private(set) var breaker: Breaker
    var counts = LocalCounts()
    private var isShutDown = false
    private var isTelling = false
    private var tellsFrom: ContinuousClock.Instant?

    init(_ configuration: RateLimiter.Configuration) {
        breaker = Breaker(failures: configuration.breakerFailures, stall: configuration.stallLimit)
    }

    /// Whether a call may ask Redis.
    mutating func admit(at now: @autoclosure () -> ContinuousClock.Instant) -> Breaker.Admission {
        // After the shutdown the store says so to everybody.
        isShutDown ? .pass(.ordinary) : breaker.admit(at: now())
    }

    /// Redis has answered: what has changed, and whether it is to be told now what was counted without it.
    mutating func succeeded(
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> (change: Breaker.Change?, tells: Bool) {
        let change = breaker.succeeded(at: now())
        guard counts.hasDebts, !isTelling, !isShutDown else { return (change, false) }
        if let tellsFrom, now() < tellsFrom { return (change, false) }
        isTelling = true
        return (change, true)
    }

    mutating func failed(
        _ call: Breaker.Call,
        _ error: WeirError,
        at now: ContinuousClock.Instant,
        random: Double
    ) -> Breaker.Change? {
        guard error.isUnavailability else {
            breaker.abandoned(call, at: now)
            return nil
        }
        return breaker.failed(call, error, at: now, random: random)
    }

    /// Redis has been told all, or cannot be told now.
    mutating func stoppedTelling(isDone: Bool, at now: ContinuousClock.Instant) {
        isTelling = false
        tellsFrom = isDone ? nil : now.advanced(by: Self.pause)
    }

    mutating func shutDown() { isShutDown = true }
}
