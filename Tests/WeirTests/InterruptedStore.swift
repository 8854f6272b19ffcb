import Synchronization
import Weir

/// A store in memory that lets something happen, once, after it has decided and before it answers.
final class InterruptedStore: Store {
    private let store = InMemoryStore()
    private let interruption = Mutex<(@Sendable () async -> Void)?>(nil)
    private let failure = Mutex<WeirError?>(nil)

    func interrupt(_ body: @escaping @Sendable () async -> Void) { interruption.withLock { $0 = body } }

    func fail(with error: WeirError) { failure.withLock { $0 = error } }

    func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        let verdict = try store.decide(request)
        let body = interruption.withLock { body in
            defer { body = nil }
            return body
        }
        if let body { await body() }
        let error = failure.withLock { error in
            defer { error = nil }
            return error
        }
        if let error { throw error }
        return verdict
    }

    func usage(_ query: PoolQuery) async throws(WeirError) -> (verdict: Verdict, parts: [PartUsage]) {
        try store.usage(query)
    }

    func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int { try store.remove(keys) }

    func claim(_ key: [UInt8], for period: Int) async throws(WeirError) -> WarningClaim {
        try store.claim(key, for: period)
    }

    func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome { try store.change(change) }

    func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String] { try store.limits(key) }

    func connect() {}
    func shutdown() {}
}
