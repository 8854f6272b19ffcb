internal import Hiredis
internal import LuaScripts

/// Quotas in Redis, decided over by its scripts for all instances together.
package final class RedisQuotaStore: QuotaStore {
    private let redis: RedisAccess<RedisClient>
    private let replicas: ReplicaWait
    private let claim = Script(source: Scripts.claim)
    private let create = Script(source: Scripts.create)
    private let raise = Script(source: Scripts.raise)
    private let register = Script(source: Scripts.register)

    package init(url: String, configuration: RateLimiter.Configuration) throws(WeirError) {
        let scripts = [claim, create, RedisScripts.limit, raise, register]
        redis = try RedisAccess(url: url, configuration: configuration, scripts: scripts, commands: ["hgetall"]) {
            place throws(RedisError) in try place.connect()
        }
        replicas = try ReplicaWait(url: url, configuration: configuration)
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
        let answer = try await redis.answer(to: command, read)
        guard case .replicas(let count, let time) = durability else { return (answer, nil) }
        return (answer, await replicas.replication(of: command, to: count, within: time))
    }

    package func sites(_ key: [UInt8]) async throws(WeirError) -> [RegisteredSite] {
        try await redis.fields(of: key).compactMap { RegisteredSite(identity: $0.key, stored: $0.value) }
            .sorted { ($0.registeredAt, $0.identity) < ($1.registeredAt, $1.identity) }
    }

    package func claim(_ step: ProductionClaim) async throws(WeirError) -> ProductionClaimVerdict {
        try await redis.answer(to: step.command(calling: claim, by: redis.name)) { ProductionClaimVerdict($0) }
    }

    package func raise(_ step: ProductionRaise) async throws(WeirError) -> ProductionRaiseVerdict {
        try await redis.answer(to: step.command(calling: raise, by: redis.name)) { ProductionRaiseVerdict($0) }
    }

    package func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String] {
        try await redis.limits(key)
    }

    package func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome {
        try await redis.change(change)
    }

    package func dangers() async throws(WeirError) -> [String] {
        let policies = try await settings("maxmemory-policy")
        let appending = try await settings("appendonly")
        let saving = try await settings("save")
        guard policies.count == appending.count, policies.count == saving.count else { throw .strangeStatus }
        var dangers: [String] = []
        for server in policies.indices {
            let persistence = Persistence(
                policy: policies[server],
                appendonly: appending[server],
                save: saving[server]
            )
            for danger in persistence.dangers where !dangers.contains(danger) { dangers.append(danger) }
        }
        return dangers
    }

    package func serverInformation() async throws(WeirError) -> [[String: String]] {
        try await redis.answers(to: Command("INFO")) { reply in
            reply.string.map { text in
                let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ":", maxSplits: 1) }
                let named = lines.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }
                return Dictionary(named) { $1 }
            }
        }
    }

    /// What each server has set.
    private func settings(_ name: String) async throws(WeirError) -> [String] {
        try await redis.answers(to: Command("CONFIG", "GET", name)) { reply in
            if case .array(let parts) = reply, parts.count == 2 { parts[1].string } else { nil }
        }
    }

    package var readiness: Readiness { Readiness(redis.deployment.state) }

    package func connect() async throws(WeirError) {
        try await redis.connect()
        try await replicas.connect()
    }

    package func shutdown() async {
        await redis.deployment.shutdown()
        await replicas.shutdown()
    }
}
