import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// A cluster whose slots move and whose servers come and go, while it is asked.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterChangeTests {
    @Test func slotsMoveAndNobodyNoticesButTheCountsDo() async throws {
        let cluster = try await TestCluster.start()
        let limiter = try ClusterLoad.limiter(cluster)
        let groups = 40
        for group in 0..<groups { _ = try await limiter.acquire(ClusterLoad.request(group)) }
        async let moves: Void = cluster { cluster in
            // All slots of the first go to the second, and back again, with what they hold.
            let nodes = try cluster.primaries()
            let slots = try cluster.move(1500, from: nodes[0], to: nodes[1])
            try cluster.move(slots, from: nodes[1], to: nodes[0])
        }
        let admitted = try await withThrowingTaskGroup { tasks in
            for group in 0..<groups {
                tasks.addTask {
                    var admitted = 0
                    for turn in 0..<30 {
                        if try await limiter.acquire(ClusterLoad.request(group)).isAllowed { admitted += 1 }
                        if turn > 6 { try await Task.sleep(for: .milliseconds(20)) }
                    }
                    return admitted
                }
            }
            return try await tasks.reduce(0, +)
        }
        try await moves
        #expect(admitted == groups * 4, "5 an hour, of which one was admitted before")
        for group in 0..<groups {
            #expect(try await limiter.peek(ClusterLoad.request(group))["group"]?.used == 5)
        }
        await limiter.shutdown()
    }

    @Test func keysThatAreThereAlreadyAreAskedForThere() async throws {
        let cluster = try await TestCluster.start(primaries: 2)
        let limiter = try ClusterLoad.limiter(cluster)
        // With an override every key of the decision exists; a server answers for several keys only if it has all.
        try await limiter.setOverride(LimitOverride(90), of: "group", for: Descriptor(group: "group-1"))
        _ = try await limiter.acquire(ClusterLoad.request(1))
        try await beginMove(of: ClusterLoad.slot(of: 1), cluster)
        let used = try await withThrowingTaskGroup { tasks in
            for _ in 0..<4 {
                tasks.addTask { try await limiter.acquire(ClusterLoad.request(1)).usage["group"]?.used ?? 0 }
            }
            return try await tasks.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(used == [2, 3, 4, 5], "counted once each, on top of what was counted before the slot moved")
        #expect(try await limiter.overrides(of: Descriptor(group: "group-1")).count == 1)
        try await endMove(of: ClusterLoad.slot(of: 1), cluster)
        #expect(try await limiter.acquire(ClusterLoad.request(1)).isAllowed == false)
        await limiter.shutdown()
    }

    @Test func whoeverFindsASlotHalfwayWaitsUntilItHasArrived() async throws {
        let cluster = try await TestCluster.start(primaries: 2)
        let limiter = try ClusterLoad.limiter(cluster)
        _ = try await limiter.acquire(ClusterLoad.request(1))
        try await beginMove(of: ClusterLoad.slot(of: 1), cluster)
        // The limits of the group do not exist, neither here nor there, so neither server decides.
        async let admitted = withThrowingTaskGroup { tasks in
            for _ in 0..<10 { tasks.addTask { try await limiter.acquire(ClusterLoad.request(1)).isAllowed ? 1 : 0 } }
            return try await tasks.reduce(0, +)
        }
        try await Task.sleep(for: .milliseconds(300))
        try await endMove(of: ClusterLoad.slot(of: 1), cluster)
        #expect(try await admitted == 4)
        await limiter.shutdown()
    }

    /// Moves the keys of a slot but not the slot: it is on its way until `endMove`.
    private func beginMove(of slot: HashSlot, _ cluster: TestCluster) async throws {
        try await cluster { cluster in
            let (source, target) = try Self.ends(of: slot, cluster)
            try ClusterLoad.order(cluster, target, "CLUSTER", "SETSLOT", "\(slot.number)", "IMPORTING", source.id)
            try ClusterLoad.order(cluster, source, "CLUSTER", "SETSLOT", "\(slot.number)", "MIGRATING", target.id)
            guard case .tcp(let host, let port) = target.address.endpoint,
                case .array(let keys) = try cluster.connection(to: source).reply(
                    to: Command("CLUSTER", "GETKEYSINSLOT", "\(slot.number)", "100")
                )
            else { throw RedisServer.Failure(description: "no keys in slot \(slot.number)") }
            var migrate = Command("MIGRATE", host, "\(port)", "", "0", "5000", "KEYS")
            for key in keys { migrate.append(key.string ?? "") }
            let reply = try cluster.connection(to: source).reply(to: migrate)
            guard reply == .status("OK") else { throw RedisServer.Failure(description: "MIGRATE: \(reply)") }
        }
    }

    private func endMove(of slot: HashSlot, _ cluster: TestCluster) async throws {
        try await cluster { cluster in
            let (source, target) = try Self.ends(of: slot, cluster)
            for node in [target, source] {
                try ClusterLoad.order(cluster, node, "CLUSTER", "SETSLOT", "\(slot.number)", "NODE", target.id)
            }
        }
    }

    /// Of two servers, the one that has a slot and the other.
    private static func ends(
        of slot: HashSlot,
        _ cluster: PrivateCluster
    ) throws -> (source: ClusterNode, target: ClusterNode) {
        let nodes = try cluster.primaries()
        guard let source = nodes.first(where: { $0.slots.contains(slot.number) }),
            let target = nodes.first(where: { $0.id != source.id })
        else { throw RedisServer.Failure(description: "slot \(slot.number) has no server, or there is but one") }
        return (source, target)
    }

    @Test func aPrimaryDiesAndItsReplicaGoesOn() async throws {
        let cluster = try await TestCluster.start(replicas: 1)
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(250)
        configuration.failurePolicy = .allow
        let limiter = try RateLimiter(redis: cluster.url, rules: ClusterLoad.rules, configuration: configuration)
        let dying = try await cluster { cluster in
            let node = try #require(try cluster.primaries().first)
            return node
        }
        let groups = (0..<60).filter { dying.slots.contains(ClusterLoad.slot(of: $0).number) }
        let others = (0..<60).filter { !dying.slots.contains(ClusterLoad.slot(of: $0).number) }
        #expect(!groups.isEmpty && !others.isEmpty)
        for group in groups + others {
            #expect(
                try await eventually {
                    try await limiter.acquire(ClusterLoad.request(group)).usage.source == .redis
                }
            )
        }
        try await cluster { cluster in
            try cluster.waitUntilInSync()
            try cluster.kill(dying)
        }
        // The others are asked all the while, whatever becomes of the dead one's groups.
        for group in others.prefix(10) {
            _ = try await limiter.acquire(ClusterLoad.request(groups[0]))
            #expect(try await limiter.acquire(ClusterLoad.request(group)).usage.source == .redis)
        }
        _ = try await cluster { try $0.waitForPromotion(insteadOf: dying) }
        for group in groups {
            #expect(
                try await eventually {
                    try await limiter.acquire(ClusterLoad.request(group)).usage.source == .redis
                }
            )
            let used = try await limiter.peek(ClusterLoad.request(group))["group"]?.used ?? 0
            #expect((2...5).contains(used), "what was counted before the failover is still counted")
        }
        await limiter.shutdown()
    }

    @Test func nodesJoinAndLeave() async throws {
        let cluster = try await TestCluster.start()
        let limiter = try ClusterLoad.limiter(cluster)
        for group in 0..<30 { _ = try await limiter.acquire(ClusterLoad.request(group)) }
        let joined = try await cluster { cluster in
            let node = try cluster.addNode()
            // It knows nobody yet.
            try ClusterLoad.order(
                cluster,
                node,
                "ACL",
                "SETUSER",
                "weir",
                "on",
                ">\(RedisServer.password)",
                "~*",
                "&*",
                "+@all"
            )
            let source = try #require(try cluster.primaries().first { $0.id != node.id })
            _ = try cluster.move(3000, from: source, to: node)
            return node
        }
        for group in 0..<30 { #expect(try await limiter.acquire(ClusterLoad.request(group)).usage["group"]?.used == 2) }
        try await cluster { cluster in
            let now = try #require(try cluster.nodes().first { $0.id == joined.id })
            let target = try #require(try cluster.primaries().first { $0.id != joined.id })
            try cluster.move(now.slots, from: now, to: target)
            try cluster.remove(now)
        }
        for group in 0..<30 { #expect(try await limiter.acquire(ClusterLoad.request(group)).usage["group"]?.used == 3) }
        await limiter.shutdown()
    }

    @Test func replicasAreAskedWhereTheQuotaIsNow() async throws {
        let cluster = try await TestCluster.start(primaries: 2, replicas: 1)
        let keeper = try QuotaKeeper(redis: cluster.url, configuration: .patient)
        let durability = Durability.replicas(1, within: .milliseconds(300))
        let first = try await keeper.create(by: "anna", durability: durability)
        #expect(first.usage.replication?.acknowledged == 1)
        // The slot moves to a primary whose replica does not answer.
        try await cluster { cluster in
            let nodes = try cluster.nodes()
            let keys = try nodes.filter(\.isPrimary).map { node in
                (node, try cluster.connection(to: node).reply(to: Command("KEYS", "weir:*")))
            }
            guard
                let (source, key) = keys.lazy.compactMap({ node, reply -> (ClusterNode, Reply)? in
                    if case .array(let found) = reply { (node, found[0]) } else { nil }
                }).first, let target = nodes.first(where: { $0.isPrimary && $0.id != source.id }),
                let replica = nodes.first(where: { $0.role == .replica(of: target.id) })
            else { throw RedisServer.Failure(description: "no quota, or no replica") }
            let slot = HashSlot(of: Array((key.string ?? "").utf8)).number
            try cluster.move(SlotRanges([slot]), from: source, to: target)
            try cluster.redis(of: replica).freeze()
        }
        for _ in 0..<2 {
            let later = try await keeper.create(by: "anna", durability: durability)
            #expect(later.usage.replication?.acknowledged == 0, "nobody else can say so")
        }
        await keeper.shutdown()
    }
}
