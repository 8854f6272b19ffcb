internal import Synchronization

/// Windows, quotas and limits in this process's memory, exactly as in Redis: for tests, and development without Redis.
///
/// Nothing is shared between processes and nothing survives one. With a clock of your own, a test decides when time
/// passes:
///
/// ```swift
/// let limiter = try RateLimiter(inMemory: InMemoryStore(clock: clock), rules: rules)
/// ```
public final class InMemoryStore: Store {
    let memory = Mutex(Memory())
    let now: @Sendable () -> Int

    /// A store on a clock, the system's continuous one by default.
    ///
    /// The store's time begins at `start` (since the epoch; now, by default) and passes as the clock's does. It decides
    /// in which slice an admission falls, and what a reset means as a time of day. It may not be before the epoch nor
    /// after the year 2200.
    public init(clock: some Clock<Duration> = ContinuousClock(), startingAt start: Duration? = nil) {
        if let start {
            precondition((.zero ... .seconds(7_258_118_400)).contains(start), "the start lies outside 1970 to 2200")
        }
        let epoch = start?.microseconds ?? SystemClock.sinceEpoch
        now = Self.reader(of: clock, epoch: epoch)
    }

    private static func reader<C: Clock<Duration>>(of clock: C, epoch: Int) -> @Sendable () -> Int {
        let origin = clock.now
        return { epoch + origin.duration(to: clock.now).microseconds }
    }

    package func decide(_ request: DecisionRequest) throws(WeirError) -> Verdict {
        memory.withLock { $0.decide(request, at: now()) }
    }

    package func usage(_ query: PoolQuery) throws(WeirError) -> (verdict: Verdict, parts: [PartUsage]) {
        memory.withLock { $0.usage(query, at: now()) }
    }

    package func remove(_ keys: [[UInt8]]) throws(WeirError) -> Int {
        memory.withLock { $0.ledger.remove(keys, at: now()) }
    }

    package func claim(_ key: [UInt8], for period: Int) throws(WeirError) -> WarningClaim {
        memory.withLock { $0.claim(key, for: period, at: now()) }
    }

    package func change(_ change: LimitChange) throws(WeirError) -> LimitChange.Outcome {
        memory.withLock { $0.book.apply(change, at: now()) }
    }

    package func limits(_ key: [UInt8]) throws(WeirError) -> [String: String] {
        memory.withLock { $0.book.limits[key] ?? [:] }
    }

    package func connect() {}
    package func shutdown() {}
}
