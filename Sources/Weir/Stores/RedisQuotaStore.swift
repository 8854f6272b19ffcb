internal import Hiredis
internal import LuaScripts

/// Quotas in Redis, decided over by its scripts for all instances together.
package final class RedisQuotaStore: QuotaStore {
    /// What a change may wait for replicas, on top of the deadline.
    private static let longestWait = Duration.seconds(10)

    private let redis: RedisAccess
    /// For changes that wait for replicas: while `WAIT` waits, nothing else is answered on its connection.
    private let waiting: RedisAccess
    private let claim = Script(source: Scripts.claim)
    private let create = Script(source: Scripts.create)
    private let limit = Script(source: Scripts.limit)
    private let raise = Script(source: Scripts.raise)
    private let register = Script(source: Scripts.register)

    package init(url: String, configuration: RateLimiter.Configuration) throws(WeirError) {
        let scripts = [claim, create, limit, raise, register]
        redis = try RedisAccess(url: url, configuration: configuration, scripts: scripts)
        waiting = try RedisAccess(
            url: url,
            configuration: configuration,
            scripts: [create, register],
            patience: Self.longestWait
        )
    }

    package func create(
        _ request: CreationRequest,
        _ durability: Durability
    ) async throws(WeirError) -> (CreationVerdict, Replication?) {
        try await answer(to: request.command(calling: create), durability) { CreationVerdict($0) }
    }

    package func register(
        _ request: RegistrationRequest,
        _ durability: Durability
    ) async throws(WeirError) -> (RegistrationVerdict, Replication?) {
        try await answer(to: request.command(calling: register), durability) { RegistrationVerdict($0) }
    }

    private func answer<Answer>(
        to command: Command,
        _ durability: Durability,
        _ read: (Reply) -> Answer?
    ) async throws(WeirError) -> (Answer, Replication?) {
        guard case .replicas(let count, let time) = durability else {
            return (try await redis.answer(to: command, read), nil)
        }
        // Others may be waiting on this connection, each for its own time; that must not look like a dead server.
        let before = try await numberOfWaitingConnection()
        let answer = try await waiting.answer(to: command, patience: Self.longestWait, read)
        let milliseconds = (time.microseconds + 999) / 1000
        let acknowledged = try? await waiting.answer(
            to: Command("WAIT", String(count), String(milliseconds)),
            patience: Self.longestWait
        ) { reply in
            if case .integer(let count) = reply { count } else { nil }
        }
        // WAIT tells of what its own connection wrote: on another one it would tell of nothing, and say all is well.
        let isSame = before == waiting.client.connectionNumber
        return (answer, Replication(asked: count, acknowledged: isSame ? acknowledged : nil))
    }

    private func numberOfWaitingConnection() async throws(WeirError) -> Int {
        if waiting.client.connectionNumber == 0 {
            _ = try await waiting.answer(to: Command("PING"), patience: Self.longestWait) { $0.string }
        }
        return waiting.client.connectionNumber
    }

    package func sites(_ key: [UInt8]) async throws(WeirError) -> [RegisteredSite] {
        try await redis.fields(of: key).compactMap { RegisteredSite(identity: $0.key, stored: $0.value) }
            .sorted { ($0.registeredAt, $0.identity) < ($1.registeredAt, $1.identity) }
    }

    package func claim(_ step: ProductionSteps.Claim) async throws(WeirError) -> ProductionSteps.ClaimVerdict {
        try await redis.answer(to: step.command(calling: claim)) { ProductionSteps.ClaimVerdict($0) }
    }

    package func raise(_ step: ProductionSteps.Raise) async throws(WeirError) -> ProductionSteps.RaiseVerdict {
        try await redis.answer(to: step.command(calling: raise)) { ProductionSteps.RaiseVerdict($0) }
    }

    package func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome {
        try await redis.answer(to: change.command(calling: limit)) { LimitChange.outcome(in: $0) }
    }

    package func dangers() async throws(WeirError) -> [String] {
        Persistence(
            policy: try await setting("maxmemory-policy"),
            appendonly: try await setting("appendonly"),
            save: try await setting("save")
        ).dangers
    }

    private func setting(_ name: String) async throws(WeirError) -> String {
        try await redis.answer(to: Command("CONFIG", "GET", name)) { reply in
            if case .array(let parts) = reply, parts.count == 2 { parts[1].string } else { nil }
        }
    }

    package func prepare() { redis.client.connect() }

    package func shutdown() async {
        await redis.client.shutdown()
        await waiting.client.shutdown()
    }
}
