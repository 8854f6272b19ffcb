internal import Synchronization

/// A store that repeats what another one has denied, as long as it cannot have changed, and asks that one otherwise.
package final class RememberingStore: Store {
    private let store: any Store
    private let memory: Mutex<RememberedDenials>

    package init(_ store: any Store, configuration: RateLimiter.Configuration) {
        self.store = store
        memory = Mutex(RememberedDenials(atMost: configuration.denialMemory))
    }

    package func known(_ request: DecisionRequest) -> Denial? {
        memory.withLock { $0.answer(to: request, at: SystemClock.sinceStart) }
    }

    package func domain(of request: DecisionRequest) -> FailureDomain { store.domain(of: request) }
    package var domains: Set<FailureDomain> { store.domains }

    package func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        if request.least < 0 {
            let keys = request.windows.map(\.hashedKey)
            forget(keys)
            defer { forget(keys) }
            return try await store.decide(request)
        }
        guard request.least > 0 else { return try await store.decide(request) }
        let call = memory.withLock { $0.begin(at: SystemClock.sinceStart) }
        let verdict = try await store.decide(request)
        if verdict.isDenial {
            let answered = SystemClock.sinceStart
            memory.withLock { $0.remember(verdict, of: request, call, at: answered) }
        }
        return verdict
    }

    package func usage(_ query: PoolQuery) async throws(WeirError) -> (verdict: Verdict, parts: [PartUsage]) {
        try await store.usage(query)
    }

    package func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int {
        let doomed = keys.map { HashedKey($0) }
        forget(doomed)
        defer { forget(doomed) }
        return try await store.remove(keys)
    }

    package func claim(_ key: [UInt8], for period: Int) async throws(WeirError) -> WarningClaim {
        try await store.claim(key, for: period)
    }

    package func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome {
        let keys = [HashedKey(change.key)]
        forget(keys)
        defer { forget(keys) }
        return try await store.change(change)
    }

    package func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String] {
        try await store.limits(key)
    }

    package var readiness: Readiness { store.readiness }

    package func connect() async throws(WeirError) { try await store.connect() }

    package func shutdown() async {
        // Later calls fail, also those whose answer would be known.
        memory.withLock { $0.forgetAll() }
        await store.shutdown()
        memory.withLock { $0.forgetAll() }
    }

    /// Forgets denials that a change may make untrue.
    ///
    /// Called before the change is sent, for it may be done though its call fails; and after it, for what was denied in
    /// between may have been denied before it.
    private func forget(_ keys: [HashedKey]) {
        memory.withLock { $0.forget(keys) }
    }
}
