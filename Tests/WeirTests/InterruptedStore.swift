import Hiredis
import Synchronization
import Weir

/// A store in memory that lets something happen, once, after it has decided and before it answers.
///
/// It can also be several servers, some of which are gone.
final class InterruptedStore: Store {
    private let store = InMemoryStore()
    private let interruption = Mutex<(@Sendable () async -> Void)?>(nil)
    private let failure = Mutex<WeirError?>(nil)
    private let division = Mutex<(servers: Int, gone: Int)>((1, 0))

    func interrupt(_ body: @escaping @Sendable () async -> Void) { interruption.withLock { $0 = body } }

    func fail(with error: WeirError) { failure.withLock { $0 = error } }

    /// The windows are on so many servers, of which the first ones are gone.
    func divide(among servers: Int, gone: Int) { division.withLock { $0 = (servers, gone) } }

    private func place(of request: DecisionRequest) -> Int { request.slot.number % division.withLock { $0.servers } }

    func domain(of request: DecisionRequest) -> FailureDomain {
        let isDivided = division.withLock { $0.servers > 1 }
        return isDivided ? FailureDomain(server: .tcp(host: "server", port: place(of: request))) : .everything
    }

    var domains: Set<FailureDomain> {
        let servers = division.withLock { $0.servers }
        guard servers > 1 else { return [.everything] }
        return Set((0..<servers).map { FailureDomain(server: .tcp(host: "server", port: $0)) })
    }

    func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        let gone = division.withLock { $0.gone }
        if place(of: request) < gone { throw WeirError(.unreachable, "gone", isRetryable: true) }
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
