internal import Hiredis
internal import LuaScripts

/// Windows in Redis, decided over by `lua/acquire.lua` for all instances together.
package final class RedisStore: Store {
    private let redis: RedisAccess<DecisionServer>
    private let acquire = Script(source: Scripts.acquire)

    package init(url: String, configuration: RateLimiter.Configuration) throws(WeirError) {
        let capacity = configuration.queueLimit
        let metrics = BatchMetrics(configuration.metrics)
        redis = try RedisAccess(
            url: url,
            configuration: configuration,
            scripts: [acquire, RedisScripts.limit],
            commands: ["del", "hgetall", "pttl", "set"]
        ) { [acquire] place throws(RedisError) in
            try DecisionServer(place, script: acquire, capacity: capacity, metrics: metrics)
        }
    }

    package func domain(of request: DecisionRequest) -> FailureDomain {
        guard case .cluster(let cluster) = redis.deployment else { return .everything }
        return cluster.server(of: request.slot).map { FailureDomain(server: $0) } ?? .everything
    }

    package var domains: Set<FailureDomain> {
        Set(redis.deployment.servers.map { FailureDomain(server: $0) }).union([.everything])
    }

    @inline(__always)
    package func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        do throws(RedisError) {
            let now = ContinuousClock.now
            let deadline = now + redis.deadline
            switch redis.deployment {
            case .single(let server):
                return try await server.decisions.answer(to: request, at: now, before: deadline)
            case .cluster(let cluster):
                return try await cluster.answer(in: request.slot, before: deadline) {
                    server,
                    isAsking throws(RedisError) in
                    try await server.decisions.answer(to: request, before: deadline, isAsking: isAsking)
                }
            }
        } catch {
            throw WeirError(error)
        }
    }

    package func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int {
        var command = Command("DEL")
        for key in keys { command.append(key: key) }
        return try await redis.answer(to: command) { $0.number }
    }

    package func usage(_ query: PoolQuery) async throws(WeirError) -> (verdict: Verdict, parts: [PartUsage]) {
        try await redis.answer(to: query.command(calling: acquire)) { PoolQuery.answer(in: $0) }
    }

    package func claim(_ key: [UInt8], for period: Int) async throws(WeirError) -> WarningClaim {
        var command = Command("SET")
        command.append(key: key)
        for argument in ["1", "NX", "PX", String((period + 999) / 1000)] { command.append(argument) }
        let isGranted: Bool = try await redis.answer(to: command) { reply in
            switch reply {
            case .status: true
            case .null: false
            default: nil
            }
        }
        if isGranted { return .granted }
        var rest = Command("PTTL")
        rest.append(key: key)
        return try await redis.answer(to: rest) { reply in
            reply.number.map { .taken(for: max(0, $0) * 1000) }
        }
    }

    package func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome {
        try await redis.change(change)
    }

    package func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String] {
        try await redis.limits(key)
    }

    /// Runs tasks on the thread of the connection; nil for a cluster, where there are several.
    package var executor: (any TaskExecutor)? {
        guard case .single(let server) = redis.deployment else { return nil }
        return server.client.executor
    }

    /// How often it has tried to connect to Redis, with success or without.
    package var connectionAttempts: Int { redis.deployment.connectionAttempts }

    package var readiness: Readiness { Readiness(redis.deployment.state) }

    package func connect() async throws(WeirError) { try await redis.connect() }
    package func shutdown() async { await redis.deployment.shutdown() }
}
