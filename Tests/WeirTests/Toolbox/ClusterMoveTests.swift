import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// Groups that move out of a cluster, into it and within it lose nothing.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterMoveTests {
    /// Two nodes have some of the group's keys each then; what is written to one may be in the way of the other's.
    @Test func whileASlotMovesNothingIsDoneAndNoHalfIsExported() async throws {
        let toolbox = try await ClusterToolbox.start()
        try await Toolbox.fill(toolbox.cluster.url)
        _ = try toolbox.run("override", [Toolbox.limits], "set :group 9000 by bob", at: toolbox.nodes[0])
        let before = try toolbox.everything()
        let (source, target) = try await beginMove(of: toolbox.cluster, handingOver: Toolbox.limits)
        let deeds = ClusterToolboxTests.questionsAndDeeds.filter {
            $0.keys[0].contains("{g=acme}") && $0.arguments.contains(" by ")
        }
        #expect(deeds.count > 5)
        for (script, keys, arguments) in deeds + [("export", ["weir:{g=acme}"], "0")] {
            for node in toolbox.nodes {
                let error = #expect(throws: RedisServer.Failure.self, "\(script) \(arguments)") {
                    try toolbox.run(script, keys, arguments, at: node)
                }
                let says = error?.description ?? ""
                #expect(says.contains("TRYAGAIN") || says.contains("is on its way to another node"), "\(says)")
            }
        }
        try await toolbox.cluster { try $0.move(SlotRanges([Self.slot]), from: source, to: target) }
        #expect(try toolbox.everything() == before)
        _ = try toolbox.run("override", [Toolbox.limits], "remove :group by anna", at: toolbox.nodes[0])
        let trail = try toolbox.run("audit", [Toolbox.trail], "5", at: toolbox.nodes[0])
        #expect(trail.contains(" bob ") && trail.contains(" anna "), "\(trail)")
    }

    /// A trail that was begun at the one node would be in the way of the other's, and one without it would be lost.
    @Test func whileASlotMovesNothingIsSetBesideItsTrail() async throws {
        let toolbox = try await ClusterToolbox.start()
        try await Toolbox.fill(toolbox.cluster.url)
        let (limiter, keeper) = try limiters(toolbox.cluster.url, deadline: .seconds(2))
        try await limiter.connect()
        try await keeper.connect()
        // The claim of the one is in the slot that moves, and that of the other is not.
        let names = (0..<1_000_000).lazy.map { "crm-\($0)" }
        func isNear(_ name: String) -> Bool { HashSlot(of: Array("a=\(name)".utf8)).number == Self.slot }
        let near = try #require(names.first { isNear($0) })
        let far = try #require(names.first { !isNear($0) })
        func stored() throws -> [String: String] {
            try toolbox.everything().filter { !$0.key.contains("{a=\(far)}") }
        }
        let before = try stored()
        let group = Descriptor(group: "acme")
        let (source, target) = try await beginMove(of: toolbox.cluster, handingOver: nil)
        let errors = [
            await #expect(throws: WeirError.self) {
                try await limiter.setOverride(LimitOverride(9000), of: "group", for: group)
            },
            await #expect(throws: WeirError.self) {
                try await keeper.grant(ProductionGrant(group: "acme", application: near, calls: 20_000))
            },
            await #expect(throws: WeirError.self) {
                try await keeper.grant(ProductionGrant(group: "acme", application: far, calls: 20_000))
            },
        ]
        // On a busy machine the last attempt of some may not have been sent in time.
        for case let error? in errors {
            #expect(error.message.contains("TRYAGAIN") || error.code == .timedOut, "\(error)")
        }
        #expect(try stored() == before)
        await limiter.shutdown()
        await keeper.shutdown()
        try await toolbox.cluster { try $0.move(SlotRanges([Self.slot]), from: source, to: target) }
        let (patient, patientKeeper) = try limiters(toolbox.cluster.url, deadline: .seconds(10))
        _ = try await patient.setOverride(LimitOverride(9000), of: "group", for: group)
        try await patientKeeper.grant(ProductionGrant(group: "acme", application: far, calls: 20_000))
        await patient.shutdown()
        await patientKeeper.shutdown()
        let trail = try toolbox.run("audit", [Toolbox.trail], "5", at: toolbox.nodes[0])
        #expect(trail.contains("9000") && trail.contains("20000"), "\(trail)")
    }

    private func limiters(_ url: String, deadline: Duration) throws -> (RateLimiter, QuotaKeeper) {
        var configuration = RateLimiter.Configuration.patient
        configuration.deadline = deadline
        return (
            try RateLimiter(redis: url, rules: Toolbox.groupRules, configuration: configuration),
            try QuotaKeeper(redis: url, configuration: configuration)
        )
    }

    private static let slot = HashSlot(of: Array("g=acme".utf8)).number

    /// The slot of the group is on its way from the one node to the other, and so much of it has arrived.
    private func beginMove(
        of cluster: TestCluster,
        handingOver key: String?
    ) async throws -> (source: ClusterNode, target: ClusterNode) {
        try await cluster { cluster in
            let nodes = try cluster.primaries()
            let source = try #require(nodes.first { $0.slots.contains(Self.slot) })
            let target = try #require(nodes.first { $0.id != source.id })
            guard case .tcp(let host, let port) = target.address.endpoint else {
                throw RedisServer.Failure(description: "\(target.address) has no port")
            }
            try ClusterLoad.order(cluster, target, "CLUSTER", "SETSLOT", "\(Self.slot)", "IMPORTING", source.id)
            try ClusterLoad.order(cluster, source, "CLUSTER", "SETSLOT", "\(Self.slot)", "MIGRATING", target.id)
            if let key { try ClusterLoad.order(cluster, source, "MIGRATE", host, "\(port)", key, "0", "5000") }
            return (source, target)
        }
    }

    @Test func aGroupMovesOutOfAClusterAndBack() async throws {
        let (toolbox, single) = try (await ClusterToolbox.start(), Toolbox())
        let (home, other) = (toolbox.nodes[0], toolbox.nodes[1])
        let group = home.name("g", "group")
        let owner = "weir:{g=\(group)}"
        try await Toolbox.fill(toolbox.cluster.url, group: group)
        _ = try toolbox.run("override", ["\(owner)/limits"], "set :group 9000 by bob", at: other)
        let lines: [String] = try Manual.examples().flatMap { $0.lines }
        func line(_ part: String) throws -> String {
            let line = try #require(lines.first { $0.contains("weir:{g=acme}") && $0.contains(part) })
            return line.replacing("g=acme", with: "g=\(group)")
        }
        let (move, delete) = try (line("lua/import.lua"), line("xargs"))
        func stored() throws -> [String: String] {
            try toolbox.everything().filter { $0.key.hasPrefix(owner) && !$0.key.hasSuffix("/audit") }
        }
        func used(_ url: String) async throws -> [Int?] {
            let limiter = try RateLimiter(redis: url, rules: Toolbox.groupRules, configuration: .patient)
            let usage = try await limiter.usage(of: group).usage
            await limiter.shutdown()
            return [usage.used, usage.limit]
        }

        let before = try stored()
        #expect(before.count > 6)
        #expect(throws: RedisServer.Failure.self, "the wrong node, without -c") {
            try Manual.run(move, at: other.place(follows: false), other: single.place)
        }
        #expect(try single.server.command("DBSIZE") == "0")
        let said = try Manual.run(move, at: home.place(follows: false), other: single.place)
        #expect(said[1].contains("cursor        done"), "\(said)")
        #expect(try single.everything() == before)
        #expect(try await used(single.server.url) == [8900, 9000])

        _ = try Manual.run(delete, at: home.place(follows: false))
        #expect(try stored().isEmpty)
        #expect(try await used(toolbox.cluster.url) == [0, 10_000])
        #expect(throws: RedisServer.Failure.self, "the wrong node, without -c") {
            try Manual.run(move, at: single.place, other: other.place(follows: false))
        }
        #expect(try stored().isEmpty)
        _ = try Manual.run(move, at: single.place, other: other.place(follows: true))
        #expect(try stored() == before)
        #expect(try await used(toolbox.cluster.url) == [8900, 9000])
        let trail = try toolbox.run("audit", ["\(owner)/audit"], "5", at: other)
        #expect(trail.contains(" bob ") && trail.contains(" import "), "\(trail)")
    }
}
