internal import Logging
public import ServiceLifecycle
internal import Synchronization

/// Decides whether requests may go on, with one exact count for all instances that share a Redis.
///
/// A limiter is made once and used by all tasks. It connects when first needed, and again whenever the connection is
/// lost; it never blocks a thread of Swift's concurrency.
///
/// ```swift
/// let limiter = try RateLimiter(
///     redis: "redis://127.0.0.1:6379",
///     rules: [Rule("endpoint", per: .token, .endpoint, limits: [:], otherwise: Limit(60, per: .minute))]
/// )
/// switch try await limiter.acquire(Descriptor(token: token, endpoint: "GET /objects")) {
/// case .allowed(let usage): print("go on,", usage["endpoint"]?.remaining ?? 0, "left")
/// case .denied(let denial): print("wait", denial.retryAfter ?? .day)
/// }
/// ```
public final class RateLimiter: Service {
    let keys: KeyScheme
    let store: any Store
    let logger: Logger
    private let current: Mutex<CurrentRules>
    private let source: Usage.Source
    /// Whoever counts, measures or traces; nil if nobody does.
    private let observer: DecisionObserver?
    private let warnings: NearLimitWarnings
    /// What is done where the store fails; nil if it cannot.
    let failures: FailureHandling?

    /// A limiter whose counts are in Redis.
    ///
    /// - Parameters:
    ///   - redis: `redis://[[user]:password@]host[:port][/database]`, the same with `rediss://` for TLS, or
    ///     `unix://[[user]:password@]/path[?db=database]`. Of a cluster, `redis+cluster://` and some of its servers,
    ///     separated by commas; where Sentinels know the primary, `redis+sentinel://`, some of them, and after a slash
    ///     what they call it: `redis+sentinel://a:26379,b:26379/weir`. With `rediss+…` TLS is spoken with the servers.
    ///   - rules: 1 to 16 rules; every request is decided over all of them that apply.
    ///   - configuration: how to talk to Redis.
    /// - Throws: ``WeirError`` that names the culprit if the address, a rule or an option makes no sense. Nothing is sent
    ///   before the first request; ``connect()`` says before whether Redis is there.
    public convenience init(
        redis: String,
        rules: [Rule],
        configuration: Configuration = Configuration()
    ) throws(WeirError) {
        let rules = try RuleSet(rules)
        let configuration = try configuration.validated()
        var store: any Store = try RedisStore(url: redis, configuration: configuration)
        if configuration.denialMemory > .zero { store = RememberingStore(store, configuration: configuration) }
        self.init(rules: rules, configuration: configuration, store: store, source: .redis)
    }

    /// A limiter whose counts are in this process's memory.
    ///
    /// - Parameters:
    ///   - store: the store; limiters that share it share its counts.
    ///   - rules: 1 to 16 rules.
    ///   - configuration: what of it is not about Redis.
    /// - Throws: ``WeirError`` that names the culprit if a rule or an option makes no sense.
    public convenience init(
        inMemory store: InMemoryStore,
        rules: [Rule],
        configuration: Configuration = Configuration()
    ) throws(WeirError) {
        let rules = try RuleSet(rules)
        self.init(rules: rules, configuration: try configuration.validated(), store: store, source: .memory)
    }

    /// A limiter over a store that others may share; its decisions are the store's.
    package convenience init(store: any Store, rules: [Rule], configuration: Configuration) throws(WeirError) {
        let rules = try RuleSet(rules)
        self.init(rules: rules, configuration: try configuration.validated(), store: store, source: .redis)
    }

    private init(rules: RuleSet, configuration: Configuration, store: any Store, source: Usage.Source) {
        let observer = DecisionObserver(configuration, decidedBy: source)
        self.observer = observer
        current = Mutex(CurrentRules(rules.counted(by: observer)))
        keys = KeyScheme(prefix: configuration.keyPrefix, secret: Array(configuration.keySecret.utf8))
        self.store = store
        self.source = source
        logger = configuration.logger
        warnings = NearLimitWarnings(configuration.onNearLimit)
        failures = source == .memory ? nil : FailureHandling(configuration)
    }

    // MARK: Decisions

    /// Asks for `cost` units under every rule that applies, all or nothing.
    ///
    /// - Parameters:
    ///   - descriptor: what the request is.
    ///   - cost: the units to charge, 1 to 2^31.
    /// - Returns: allowed, with every window charged; or denied, with nothing charged anywhere. Where Redis does not decide,
    ///   what the rules' ``FailurePolicy`` says, marked by ``Usage/source`` and ``Usage/failure``.
    /// - Throws: ``WeirError`` if there is no decision: where Redis does not decide, only by ``FailurePolicy/fail``.
    ///   `neverPossible` if the cost is above a limit: no wait would help.
    public func acquire(_ descriptor: Descriptor, cost: Int = 1) async throws(WeirError) -> Decision {
        try checkCost(cost)
        return try await decide(descriptor, least: cost, most: cost)
    }

    /// Asks for as many units as fit under every rule, at most `most` and at least one.
    ///
    /// With 3 units left of 5, `acquire(descriptor, upTo: 10)` is allowed and charges 3; with none left it is denied.
    ///
    /// - Parameters:
    ///   - descriptor: what the request is.
    ///   - most: the most units to charge, 1 to 2^31.
    /// - Returns: allowed, with the number in ``Usage/charged``; or denied. Where Redis does not decide, what the rules'
    ///   ``FailurePolicy`` says: zero is charged where nothing counts.
    /// - Throws: ``WeirError`` if there is no decision: where Redis does not decide, only by ``FailurePolicy/fail``.
    public func acquire(_ descriptor: Descriptor, upTo most: Int) async throws(WeirError) -> Decision {
        try checkCost(most)
        return try await decide(descriptor, least: 1, most: most)
    }

    /// Reads where the windows stand and charges nothing.
    ///
    /// - Parameter descriptor: what the request would be.
    /// - Returns: the usage under every rule that applies.
    /// - Throws: ``WeirError`` if it cannot be read.
    public func peek(_ descriptor: Descriptor) async throws(WeirError) -> Usage {
        try await decide(descriptor, least: 0, most: 0).usage
    }

    /// Gives back units that were charged for something that did not happen.
    ///
    /// They are taken from the newest charges of every window that applies, never below zero: a refund frees room at
    /// once, and what it does not take leaves at the time when it would have left anyway. Refund soon: giving back an
    /// old charge after newer ones makes room that the old one would have made only by leaving.
    ///
    /// - Parameters:
    ///   - descriptor: what the request was.
    ///   - cost: the units to give back, 1 to 2^31.
    /// - Returns: the usage after it.
    /// - Throws: ``WeirError`` if it is not known to have been done.
    @discardableResult
    public func refund(_ descriptor: Descriptor, cost: Int = 1) async throws(WeirError) -> Usage {
        try checkCost(cost)
        return try await decide(descriptor, least: -cost, most: -cost).usage
    }

    /// Forgets all that has been counted for a descriptor, under every rule that applies or only those named.
    ///
    /// A window that others share, such as their group's, is forgotten for them too; name the rules to avoid it.
    ///
    /// - Parameters:
    ///   - descriptor: what the requests were.
    ///   - names: the rules whose windows to forget; nil for all.
    /// - Returns: how many windows held anything.
    /// - Throws: ``WeirError`` if no rule has one of the names, or if it is not known to have been done.
    @discardableResult
    public func reset(_ descriptor: Descriptor, rules names: Set<String>? = nil) async throws(WeirError) -> Int {
        let rules = ruleSet
        let subject = try rules.subject(of: descriptor, keys: keys)
        for name in names ?? [] { _ = try rules.rule(named: name) }
        let doomed = zip(subject.rules, subject.windows).filter { names?.contains($0.0.name) ?? true }.map(\.1.key)
        return doomed.isEmpty ? 0 : try await store.remove(doomed)
    }

    func checkCost(_ cost: Int) throws(WeirError) {
        guard Terms.limits.contains(cost) else {
            throw WeirError(
                .invalidCost,
                "the cost is \(cost); 1 to 2147483648 are possible, peek() reads and refund() gives back"
            )
        }
    }

    // The layers between a call and its one suspension are compiled as one: each would take and give back room on the task's
    // stack, and be gone through again on the way back.
    @inline(__always)
    private func decide(_ descriptor: Descriptor, least: Int, most: Int) async throws(WeirError) -> Decision {
        try await observe(DecisionRequest(try subject(of: descriptor), least: least, most: most), descriptor)
    }

    /// Decides, and tells whoever counts, measures or traces.
    @inline(__always)
    func observe(_ request: DecisionRequest, _ descriptor: Descriptor) async throws(WeirError) -> Decision {
        guard let observer, request.least > 0 else { return try await decide(request, descriptor) }
        return try await observer.observe(request) { () async throws(WeirError) in
            try await decide(request, descriptor)
        }
    }

    @inline(__always)
    private func decide(_ request: DecisionRequest, _ descriptor: Descriptor) async throws(WeirError) -> Decision {
        // With no rule to ask, there is nothing to decide and no time at which.
        guard !request.windows.isEmpty else {
            return .allowed(Usage(rules: [], charged: 0, time: 0, source: source, failure: nil, place: 0))
        }
        let decision: Decision
        if let denial = store.known(request) {
            decision = .denied(denial)
        } else if let failures, request.least > 0 {
            switch try await failures.decide(request, through: store) {
            case .store(let verdict): decision = try verdict.decision(on: request, under: request.subject.rules)
            case .policy(let decision): return decision
            }
        } else {
            decision = try await store.decide(request).decision(on: request, under: request.subject.rules)
        }
        if request.subject.applied.hasWarnings, request.most > 0, decision.usage.isNearLimit {
            for (usage, counters) in zip(decision.usage.rules, request.subject.counters) where usage.isNearLimit {
                counters.countNearLimit()
            }
            warnings.tell(decision.usage, of: request.windows, descriptor, through: store)
        }
        return decision
    }

    /// What the descriptor means, from memory if it was asked about of late.
    func subject(of descriptor: Descriptor) throws(WeirError) -> Subject {
        switch current.withLock({ $0.subject(of: descriptor) }) {
        case .known(let subject): return subject
        case .unknown(let rules):
            let subject = try rules.subject(of: descriptor, keys: keys)
            current.withLock { $0.keep(subject, for: descriptor) }
            return subject
        }
    }

    /// The rules that the limiter has now.
    var ruleSet: RuleSet { current.withLock { $0.rules } }

    /// Has other rules from now on; says what that changes.
    func replaceRules(with rules: RuleSet) -> RulesChange {
        let counted = rules.counted(by: observer)
        return current.withLock { $0.replace(with: counted) }.change
    }
}
