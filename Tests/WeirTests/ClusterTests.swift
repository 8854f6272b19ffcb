import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// Limiters and keepers on a real Redis Cluster: exact, wherever the slots are and while they move.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterTests {
    private static let rules = [
        Rule("token", per: .token, .endpoint, limit: Limit(5, per: .hour)),
        Rule("group", per: .group, limit: Limit(100, per: .hour)),
    ]

    private static func request(_ group: Int, token: String = "anna") -> Descriptor {
        Descriptor(token: token, endpoint: "GET /", group: "group-\(group)", application: "crm")
    }

    private static func limiter(_ cluster: TestCluster) throws -> RateLimiter {
        try RateLimiter(redis: cluster.url, rules: rules, configuration: .patient)
    }

    /// Where the windows of a group are.
    private static func slot(of group: Int) -> HashSlot { HashSlot(of: Array("g=group-\(group)".utf8)) }

    @Test func everyGroupHasItsLimitWhateverServerItIsOn() async throws {
        let cluster = try await TestCluster.start()
        let limiters = try [Self.limiter(cluster), Self.limiter(cluster)]
        let admitted = try await withThrowingTaskGroup { tasks in
            for group in 0..<60 {
                for turn in 0..<8 {
                    tasks.addTask { try await limiters[turn % 2].acquire(Self.request(group)).isAllowed ? 1 : 0 }
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
        let limiter = try Self.limiter(cluster)
        _ = try await limiter.acquire(Self.request(1, token: "first"))
        let before = try await calls(of: cluster)
        let admitted = try await withThrowingTaskGroup { tasks in
            for token in 0..<400 {
                tasks.addTask { try await limiter.acquire(Self.request(1, token: "\(token)")).isAllowed ? 1 : 0 }
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

    @Test func slotsMoveAndNobodyNoticesButTheCountsDo() async throws {
        let cluster = try await TestCluster.start()
        let limiter = try Self.limiter(cluster)
        let groups = 40
        for group in 0..<groups { _ = try await limiter.acquire(Self.request(group)) }
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
                        if try await limiter.acquire(Self.request(group)).isAllowed { admitted += 1 }
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
            #expect(try await limiter.peek(Self.request(group))["group"]?.used == 5)
        }
        await limiter.shutdown()
    }

    @Test func keysThatAreThereAlreadyAreAskedForThere() async throws {
        let cluster = try await TestCluster.start(primaries: 2)
        let limiter = try Self.limiter(cluster)
        // With an override every key of the decision exists; a server answers for several keys only if it has all.
        try await limiter.setOverride(LimitOverride(90), of: "group", for: Descriptor(group: "group-1"))
        _ = try await limiter.acquire(Self.request(1))
        try await beginMove(of: Self.slot(of: 1), cluster)
        let used = try await withThrowingTaskGroup { tasks in
            for _ in 0..<4 { tasks.addTask { try await limiter.acquire(Self.request(1)).usage["group"]?.used ?? 0 } }
            return try await tasks.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(used == [2, 3, 4, 5], "counted once each, on top of what was counted before the slot moved")
        #expect(try await limiter.overrides(of: Descriptor(group: "group-1")).count == 1)
        try await endMove(of: Self.slot(of: 1), cluster)
        #expect(try await limiter.acquire(Self.request(1)).isAllowed == false)
        await limiter.shutdown()
    }

    @Test func whoeverFindsASlotHalfwayWaitsUntilItHasArrived() async throws {
        let cluster = try await TestCluster.start(primaries: 2)
        let limiter = try Self.limiter(cluster)
        _ = try await limiter.acquire(Self.request(1))
        try await beginMove(of: Self.slot(of: 1), cluster)
        // The limits of the group do not exist, neither here nor there, so neither server decides.
        async let admitted = withThrowingTaskGroup { tasks in
            for _ in 0..<10 { tasks.addTask { try await limiter.acquire(Self.request(1)).isAllowed ? 1 : 0 } }
            return try await tasks.reduce(0, +)
        }
        try await Task.sleep(for: .milliseconds(300))
        try await endMove(of: Self.slot(of: 1), cluster)
        #expect(try await admitted == 4)
        await limiter.shutdown()
    }

    /// Moves the keys of a slot but not the slot: it is on its way until `endMove`.
    private func beginMove(of slot: HashSlot, _ cluster: TestCluster) async throws {
        try await cluster { cluster in
            let (source, target) = try Self.ends(of: slot, cluster)
            try Self.order(cluster, target, "CLUSTER", "SETSLOT", "\(slot.number)", "IMPORTING", source.id)
            try Self.order(cluster, source, "CLUSTER", "SETSLOT", "\(slot.number)", "MIGRATING", target.id)
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
                try Self.order(cluster, node, "CLUSTER", "SETSLOT", "\(slot.number)", "NODE", target.id)
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

    private static func order(_ cluster: PrivateCluster, _ node: ClusterNode, _ words: String...) throws {
        var command = Command()
        for word in words { command.append(word) }
        let reply = try cluster.connection(to: node).reply(to: command)
        guard reply == .status("OK") else {
            throw RedisServer.Failure(description: "\(words.joined(separator: " ")): \(reply)")
        }
    }

    @Test func aPrimaryDiesAndItsReplicaGoesOn() async throws {
        let cluster = try await TestCluster.start(replicas: 1)
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(250)
        configuration.failurePolicy = .allow
        let limiter = try RateLimiter(redis: cluster.url, rules: Self.rules, configuration: configuration)
        let dying = try await cluster { cluster in
            let node = try #require(try cluster.primaries().first)
            return node
        }
        let groups = (0..<60).filter { dying.slots.contains(Self.slot(of: $0).number) }
        let others = (0..<60).filter { !dying.slots.contains(Self.slot(of: $0).number) }
        #expect(!groups.isEmpty && !others.isEmpty)
        for group in groups + others { _ = try await limiter.acquire(Self.request(group)) }
        try await cluster { cluster in
            try cluster.waitUntilInSync()
            try cluster.kill(dying)
        }
        // The others are asked all the while, whatever becomes of the dead one's groups.
        for group in others.prefix(10) {
            _ = try await limiter.acquire(Self.request(groups[0]))
            #expect(try await limiter.acquire(Self.request(group)).usage.source == .redis)
        }
        _ = try await cluster { try $0.waitForPromotion(insteadOf: dying) }
        for group in groups {
            #expect(
                try await eventually {
                    try await limiter.acquire(Self.request(group)).usage.source == .redis
                }
            )
            let used = try await limiter.peek(Self.request(group))["group"]?.used ?? 0
            #expect((2...5).contains(used), "what was counted before the failover is still counted")
        }
        await limiter.shutdown()
    }

    @Test func nodesJoinAndLeave() async throws {
        let cluster = try await TestCluster.start()
        let limiter = try Self.limiter(cluster)
        for group in 0..<30 { _ = try await limiter.acquire(Self.request(group)) }
        let joined = try await cluster { cluster in
            let node = try cluster.addNode()
            // It knows nobody yet.
            try Self.order(
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
        for group in 0..<30 { #expect(try await limiter.acquire(Self.request(group)).usage["group"]?.used == 2) }
        try await cluster { cluster in
            let now = try #require(try cluster.nodes().first { $0.id == joined.id })
            let target = try #require(try cluster.primaries().first { $0.id != joined.id })
            try cluster.move(now.slots, from: now, to: target)
            try cluster.remove(now)
        }
        for group in 0..<30 { #expect(try await limiter.acquire(Self.request(group)).usage["group"]?.used == 3) }
        await limiter.shutdown()
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
        let limiter = try Self.limiter(cluster)
        for group in 0..<20 {
            try await limiter.setOverride(LimitOverride(7), of: "group", for: Descriptor(group: "group-\(group)"))
            #expect(try await limiter.acquire(Self.request(group)).usage["group"]?.limit == 7)
            #expect(try await limiter.reset(Self.request(group)) == 2)
        }
        await limiter.shutdown()
        await keeper.shutdown()
    }

    // MARK: What is wrong

    @Test func slotsWithoutAServerAreTold() async throws {
        let cluster = try await TestCluster.start()
        let slot = Self.slot(of: 1)
        try await cluster { try $0.uncover(slot.number) }
        let limiter = try Self.limiter(cluster)
        await #expect {
            try await limiter.connect()
        } throws: { error in
            (error as? WeirError)?.message.contains("1 of the cluster's 16384 slots have no server (\(slot.number))")
                == true
        }
        await #expect {
            try await limiter.acquire(Self.request(1))
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .refused && error.isRetryable && !error.mayHaveCounted
        }
        #expect(try await limiter.acquire(Self.request(2)).isAllowed, "all others are decided")
        await limiter.shutdown()
    }

    @Test func aRedisWithoutAClusterIsTold() async throws {
        let server = try RedisServer()
        let port = try server.listenOnTCP()
        let url = "redis+cluster://weir:\(RedisServer.password)@127.0.0.1:\(port)"
        let limiter = try RateLimiter(redis: url, rules: Self.rules, configuration: .patient)
        await #expect {
            try await limiter.connect()
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .unsuitable && error.message.contains("write redis:// in place of redis+cluster://")
        }
        await #expect(throws: WeirError.self) { try await limiter.acquire(Self.request(1)) }
        await limiter.shutdown()
    }

    @Test func aServerOfAClusterIsNoRedisOfItsOwn() async throws {
        let cluster = try await TestCluster.start()
        let seed = cluster.url.split(separator: "@")[1].split(separator: ",")[0]
        let url = "redis://weir:\(RedisServer.password)@\(seed)"
        let limiter = try RateLimiter(redis: url, rules: Self.rules, configuration: .patient)
        await #expect {
            try await limiter.connect()
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .unsuitable && error.message.contains("write redis+cluster:// in place of redis://")
        }
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

    @Test func oneSeedThatAnswersIsEnough() async throws {
        let cluster = try await TestCluster.start()
        let seeds = cluster.url.split(separator: "@")[1].split(separator: ",")
        let url = "redis+cluster://weir:\(RedisServer.password)@127.0.0.1:1,127.0.0.1:2,\(seeds[0]),127.0.0.1:3"
        let limiter = try RateLimiter(redis: url, rules: Self.rules, configuration: .patient)
        try await limiter.connect()
        for group in 0..<20 { #expect(try await limiter.acquire(Self.request(group)).isAllowed) }
        await limiter.shutdown()
        let nobody = "redis+cluster://127.0.0.1:1,127.0.0.1:2"
        let lost = try RateLimiter(redis: nobody, rules: Self.rules, configuration: .patient)
        await #expect {
            try await lost.connect()
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .unreachable && error.message.contains("none of the 2 servers asked")
        }
        await lost.shutdown()
    }

    @Test func aMissingRightIsToldAtConnect() async throws {
        let cluster = try await TestCluster.start()
        for right in ["asking", "cluster", "hget"] {
            try await cluster { cluster in
                for node in try cluster.primaries() {
                    try Self.order(cluster, node, "ACL", "SETUSER", "weir", "-\(right)")
                }
            }
            let limiter = try Self.limiter(cluster)
            await #expect {
                try await limiter.connect()
            } throws: { error in
                guard let error = error as? WeirError else { return false }
                return error.code == .refused && !error.isRetryable && error.message.contains("+\(right)")
            }
            await limiter.shutdown()
            let rights = right == "cluster" ? "+cluster|slots" : "+\(right)"
            try await cluster { cluster in
                for node in try cluster.primaries() { try Self.order(cluster, node, "ACL", "SETUSER", "weir", rights) }
            }
        }
    }
}

extension Reply {
    fileprivate var number: Int? { if case .integer(let number) = self { number } else { nil } }
}
