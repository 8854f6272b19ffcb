internal import LocalServers
internal import StressHistory

/// What can be done to several servers at once.
struct PrimaryFaults: Sendable {
    private let servers: [PrivateRedis]

    init(_ servers: [PrivateRedis]) { self.servers = servers }

    /// Does to each of them what the kind of fault says: `script-flush` and `client-kill`.
    func make(_ planned: PlannedFault) async throws {
        try await withThrowingTaskGroup { group in
            for server in servers {
                group.addTask { try await RedisFaults(server: server).repeatedly(planned.kind, for: planned.length) }
            }
            try await group.waitForAll()
        }
    }
}
