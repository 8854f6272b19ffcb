import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// Limiters and keepers on a real Redis Cluster: exact, wherever the slots are and while they move.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterTests {
    @Test func everyGroupHasItsLimitWhateverServerItIsOn() async throws {
        let cluster = try await TestCluster.start()
        let limiters = try [ClusterLoad.limiter(cluster), ClusterLoad.limiter(cluster)]
        let admitted = try await withThrowingTaskGroup { tasks in
            for group in 0..<60 {
                for turn in 0..<8 {
                    tasks.addTask { try await limiters[turn % 2].acquire(ClusterLoad.request(group)).isAllowed ? 1 : 0 }
                }
            }
            return try await tasks.reduce(0, +)
        }
        #expect(admitted == 60 * 5)
        let counts = try await cluster { cluster in
            try cluster.primaries().map { try cluster.connection(to: $0).reply(to: Command("DBSIZE")) }
        }
        #expect(counts.count == 3 && counts.allSatisfy { $0.number ?? 0 > 0 }, "each has a share: \(counts)")
        for limiter in limiters { await limiter.shutdown() }
    }

    @Test func aGroupsTokensShareOneBatchAndOneCount() async throws {
        let cluster = try await TestCluster.start()
        let limiter = try ClusterLoad.limiter(cluster)
        _ = try await limiter.acquire(ClusterLoad.request(1, token: "first"))
        let before = try await calls(of: cluster)
        let admitted = try await withThrowingTaskGroup { tasks in
            for token in 0..<400 {
                tasks.addTask { try await limiter.acquire(ClusterLoad.request(1, token: "\(token)")).isAllowed ? 1 : 0 }
            }
            return try await tasks.reduce(0, +)
        }
        #expect(admitted == 99)
        let calls = try await calls(of: cluster) - before
        #expect(calls < 200, "400 decisions of one slot went out in \(calls) calls of the script")
        await limiter.shutdown()
    }

    /// How many calls of scripts all servers have counted.
    private func calls(of cluster: TestCluster) async throws -> Int {
        try await cluster { cluster in
            try cluster.primaries().reduce(0) { sum, node in
                let text = try cluster.connection(to: node).reply(to: Command("INFO", "commandstats")).string ?? ""
                let line = text.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_evalsha:") }
                return sum + (line.flatMap { Int($0.split { !$0.isNumber }.first ?? "") } ?? 0)
            }
        }
    }

    @Test func quotasAndOverridesFindTheirServers() async throws {
        let cluster = try await TestCluster.start(replicas: 1)
        let keeper = try QuotaKeeper(redis: cluster.url, configuration: .patient)
        try await keeper.connect()
        for user in 0..<20 {
            let first = try await keeper.create(
                by: "user-\(user)",
                count: 2,
                durability: .replicas(1, within: .seconds(5))
            )
            #expect(first.usage.used == 2)
            #expect(first.usage.replication?.acknowledged == 1, "asked where it was written")
        }
        try await keeper.grant(ProductionGrant(group: "acme", application: "crm", calls: 50_000))
        #expect(try await keeper.productionGroup(of: "crm") == "acme", "in two slots")
        let limiter = try ClusterLoad.limiter(cluster)
        for group in 0..<20 {
            try await limiter.setOverride(LimitOverride(7), of: "group", for: Descriptor(group: "group-\(group)"))
            #expect(try await limiter.acquire(ClusterLoad.request(group)).usage["group"]?.limit == 7)
            #expect(try await limiter.reset(ClusterLoad.request(group)) == 2)
        }
        await limiter.shutdown()
        await keeper.shutdown()
    }
}

extension Reply {
    fileprivate var number: Int? { if case .integer(let number) = self { number } else { nil } }
}
