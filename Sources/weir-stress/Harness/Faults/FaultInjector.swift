package import LocalServers
internal import SeededRandom
package import StressHistory

/// Makes the faults of a single Redis, and those of the connections to it.
package struct FaultInjector: FaultMaker {
    /// What the server has to be started with.
    ///
    /// A restart finds everything that was answered before a `kill -9`. With `appendfsync no`, as with `always`, Redis
    /// writes what a command did to its file before it writes the answer to the client, and what the kernel has been
    /// given survives the process; only a machine that loses power would lose it. `always` would add the wait for a
    /// disk to each answer, and prove no more here. `everysec` would not do: while a sync takes its time, Redis puts
    /// the write off for up to two seconds, and answers.
    package static let serverOptions = [
        "appendonly": "yes",
        "appendfsync": "no",
        "maxmemory-policy": "noeviction",
        // The milliseconds after which a script makes Redis answer BUSY; `busy-reply-threshold`, by the name that Redis
        // 6 knows too.
        "lua-time-limit": "50",
    ]

    private let redis: RedisFaults
    private let proxy: FaultyProxy
    private let killWorker: WorkerKiller

    /// - Parameters:
    ///   - server: the Redis that the workers use, started with `serverOptions`; for partitions in a namespace.
    ///   - proxy: what is between them.
    ///   - killWorker: ends one of the workers.
    package init(server: PrivateRedis, proxy: FaultyProxy, killWorker: @escaping WorkerKiller) {
        redis = RedisFaults(server: server)
        self.proxy = proxy
        self.killWorker = killWorker
    }

    package func carryOut(_ planned: PlannedFault) async throws -> Fault? {
        let (kind, length) = (planned.kind, planned.length)
        var generator = SeededGenerator(seed: planned.seed)
        var process: Int?
        let from = EpochClock.now
        switch kind {
        case .scriptFlush, .clientKill: try await redis.repeatedly(kind, for: length)
        case .stop: try await redis.freeze(for: length)
        case .restart: try await redis.restart(after: length)
        case .pause: try await redis.pause(for: length)
        case .memory: try await redis.starve(for: length)
        case .busy: try await redis.occupy(for: length)
        case .demote: try await redis.demote(for: length)
        case .partition: try await redis.partition(for: length)
        case .workerKill:
            process = try await killWorker(&generator)
            guard process != nil else { return nil }
        case .reset: try await reset(for: length, &generator)
        case .cut, .delay, .dribble, .garbage: try await disturb(kind, for: length, &generator)
        case .failover, .reshard, .rescale:
            throw RedisFaults.Failure(description: "the fault \(kind.rawValue) needs more than one Redis")
        }
        return Fault(kind: kind, from: from, until: EpochClock.now, process: process)
    }

    /// Three times, for those who come back are let in.
    private func reset(for length: Duration, _ generator: inout SeededGenerator) async throws {
        for _ in 0..<3 {
            try await proxy.begin(.reset, seed: generator.next(), share: share(&generator))
            try? await Task.sleep(for: length / 3)
        }
    }

    private func disturb(_ kind: Fault.Kind, for length: Duration, _ generator: inout SeededGenerator) async throws {
        try await proxy.begin(kind, seed: generator.next(), share: share(&generator))
        try? await Task.sleep(for: length)
        try await proxy.end()
    }

    private func share(_ generator: inout SeededGenerator) -> FaultyProxy.Share { generator.once(in: 2) ? .all : .some }
}
