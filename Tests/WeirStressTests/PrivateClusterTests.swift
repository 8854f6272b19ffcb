import Foundation
import Hiredis
import LocalServers
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct PrivateClusterTests {
    @Test func slotsAreReadAsTheyAreWritten() {
        #expect(SlotRanges([5470, 3, 1, 2, 0]).description == "0-3 5470")
        #expect(SlotRanges("0-3 5470")?.slots == [0, 1, 2, 3, 5470])
        #expect(SlotRanges("")?.isEmpty == true)
        for wrong in ["16384", "3-1", "1-2-3", "-1", "one", "1-"] { #expect(SlotRanges(wrong) == nil, "\(wrong)") }
    }

    @Test func aSinglePrimaryServesEverySlot() async throws {
        try await withCluster(primaries: 1, replicas: 0) { cluster in
            let nodes = try cluster.nodes()
            #expect(nodes.map(\.slots.description) == ["0-16383"])
            #expect(try cluster.ask(nodes[0], "SET", "key", "value") == .status("OK"))
            #expect(cluster.url.hasPrefix("redis+cluster://127.0.0.1:"))
        }
    }

    @Test(arguments: [true, false])
    func everyNodeHasItsPart(needsFullCoverage: Bool) async throws {
        var settings = ClusterSettings()
        settings.needsFullCoverage = needsFullCoverage
        try await withCluster(settings) { cluster in
            let (primaries, replicas) = (try cluster.primaries(), try cluster.replicas())
            #expect(primaries.map(\.slots.description) == ["0-5460", "5461-10922", "10923-16383"])
            #expect(replicas.map(\.role) == primaries.map { .replica(of: $0.id) })
            #expect(cluster.url.split(separator: ",").count == 6)
            #expect(Set((primaries + replicas).map(\.processIdentifier)).count == 6)
            // Known from the specification of Redis Cluster.
            #expect(try cluster.keySlot(of: "123456789") == 0x31C3)
            let home = try #require(try cluster.primary(of: 0x31C3))
            for primary in primaries {
                let reply = try cluster.ask(primary, "SET", "123456789", "value")
                guard primary.id != home.id else {
                    #expect(reply == .status("OK"))
                    continue
                }
                let place = home.address.description.dropFirst("redis://".count)
                #expect(reply == .error(ServerError(message: "MOVED 12739 \(place)")))
            }
            let setting = try cluster.ask(home, "CONFIG", "GET", "cluster-require-full-coverage")
            #expect(
                setting
                    == .array([
                        .text(Array("cluster-require-full-coverage".utf8)),
                        .text(Array((needsFullCoverage ? "yes" : "no").utf8)),
                    ])
            )
        }
    }

    @Test func slotsMoveWithAllThatTheyHold() async throws {
        try await withCluster(primaries: 2, replicas: 0) { cluster in
            let primaries = try cluster.primaries()
            // More than are moved at once, of one slot.
            for number in 0..<250 {
                try cluster.askAnybody("SET", "{\(Self.tag)}\(number)", "\(number)", "PX", "600000")
            }
            let slot = try cluster.keySlot(of: Self.tag)
            let source = try #require(try cluster.primary(of: slot))
            let target = try #require(primaries.first { $0.id != source.id })
            try cluster.move(SlotRanges([slot, slot + 1]), from: source, to: target)
            #expect(try cluster.primary(of: slot)?.id == target.id)
            #expect(try cluster.primary(of: slot + 1)?.id == target.id)
            #expect(try cluster.ask(target, "CLUSTER", "COUNTKEYSINSLOT", "\(slot)") == .integer(250))
            #expect(try cluster.ask(target, "GET", "{\(Self.tag)}249") == .text(Array("249".utf8)))
            guard case .integer(1...600_000) = try cluster.ask(target, "PTTL", "{\(Self.tag)}249") else {
                Issue.record("a key that was moved has lost its end")
                return
            }
            #expect(try cluster.ask(source, "DBSIZE") == .integer(0))
            let moved = try cluster.move(100, from: source, to: target)
            #expect(moved.count == 100)
            #expect(throws: PrivateCluster.Failure.self) { try cluster.move(16_384, from: source, to: target) }
        }
    }

    @Test func aReplicaTakesThePlaceOfAPrimaryThatWasKilled() async throws {
        try await withCluster { cluster in
            try cluster.askAnybody("SET", Self.tag, "value")
            let slot = try cluster.keySlot(of: Self.tag)
            let killed = try #require(try cluster.primary(of: slot))
            let replica = try #require(try cluster.replicas().first { $0.role == .replica(of: killed.id) })
            try cluster.waitUntilInSync()
            try cluster.kill(killed)
            #expect(try cluster.nodes().first { $0.id == killed.id }?.processIdentifier == nil)
            let promoted = try cluster.waitForPromotion(insteadOf: killed)
            #expect(promoted.id == replica.id)
            #expect(promoted.slots == killed.slots)
            #expect(try cluster.ask(promoted, "GET", Self.tag) == .text(Array("value".utf8)))
            try cluster.start(killed)
            let now = try #require(try cluster.nodes().first { $0.id == killed.id })
            #expect(now.role == .replica(of: promoted.id))
            #expect(now.processIdentifier != nil && now.processIdentifier != killed.processIdentifier)
            #expect(try cluster.ask(now, "DBSIZE") == .integer(1))
            try cluster.promote(now)
            #expect(try cluster.primary(of: slot)?.id == killed.id)
        }
    }

    @Test func aNodeJoinsTakesPartAndLeaves() async throws {
        try await withCluster { cluster in
            let first = try cluster.primaries()[0]
            let added = try cluster.addNode()
            #expect(added.isPrimary && added.slots.isEmpty)
            let moved = try cluster.move(50, from: first, to: added)
            #expect(try cluster.primary(of: moved.slots[0])?.id == added.id)
            #expect(throws: PrivateCluster.Failure.self) { try cluster.remove(added) }
            try cluster.move(50, from: added, to: first)
            try cluster.remove(added)
            #expect(try cluster.nodes().count == 6)
            #expect(try cluster.primary(of: 0)?.id == first.id)
            let replica = try cluster.addNode(replicating: first)
            #expect(replica.role == .replica(of: first.id))
            try cluster.remove(replica)
        }
    }

    @Test func aSlotCanBeLeftToNobody() async throws {
        try await withCluster { cluster in
            let slot = try cluster.keySlot(of: Self.tag)
            let home = try #require(try cluster.primary(of: slot))
            try cluster.uncover(slot)
            #expect(try cluster.primary(of: slot) == nil)
            guard case .error(let error) = try cluster.ask(home, "GET", Self.tag) else {
                Issue.record("a slot of nobody was served")
                return
            }
            #expect(error.code == "CLUSTERDOWN")
            try cluster.cover(slot, by: home)
            #expect(try cluster.ask(home, "GET", Self.tag) == .null)
        }
    }

    /// A dead primary whose claim is newer says nothing, and who has the slot is not believed by itself.
    @Test func nodesThatStayOfTwoMindsAreBroughtToAgree() async throws {
        try await withCluster(primaries: 3, replicas: 0) { cluster in
            let primaries = try cluster.primaries()
            try cluster.kill(primaries[2])
            #expect(try cluster.ask(primaries[1], "CLUSTER", "SETSLOT", "0", "NODE", primaries[2].id) == .status("OK"))
            try cluster.waitUntilAgreed()
            let told = try #require(try cluster.ask(primaries[1], "CLUSTER", "NODES").string)
            let nodes = try #require(ClusterNode.all(in: told))
            #expect(nodes.first { $0.id == primaries[0].id }?.slots == primaries[0].slots)
        }
    }

    @Test func nodesWithAPasswordSpeakTLS() async throws {
        var settings = ClusterSettings()
        settings.primaries = 2
        settings.password = "a pass:word"
        settings.certificates = try await OwnThread.run { try Certificates() }
        try await withCluster(settings) { cluster in
            #expect(cluster.url.hasPrefix("rediss+cluster://:a%20pass%3Aword@127.0.0.1:"))
            let primaries = try cluster.primaries()
            try cluster.askAnybody("SET", Self.tag, "value")
            let slot = try cluster.keySlot(of: Self.tag)
            let source = try #require(try cluster.primary(of: slot))
            let target = try #require(primaries.first { $0.id != source.id })
            try cluster.move(SlotRanges([slot]), from: source, to: target)
            #expect(try cluster.ask(target, "GET", Self.tag) == .text(Array("value".utf8)))
        }
    }

    @Test func stoppedItLeavesNothingBehind() async throws {
        let nodes = try await OwnThread.run {
            let cluster = try PrivateCluster(primaries: 1, replicas: 1)
            defer { cluster.stop() }
            return try cluster.nodes()
        }
        for node in nodes {
            let process = try #require(node.processIdentifier)
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
        }
    }

    @Test func whatDoesNotStartSaysWhy() async throws {
        var settings = ClusterSettings()
        settings.options = ["maxmemory-policy": "none-such"]
        let error = await #expect(throws: PrivateRedis.Failure.self) { try await withCluster(settings) { _ in } }
        #expect(error?.description.contains("none-such") == true)
    }

    private static let tag = "weir"

    private func withCluster(
        primaries: Int,
        replicas: Int,
        _ test: @escaping @Sendable (PrivateCluster) throws -> Void
    ) async throws {
        var settings = ClusterSettings()
        (settings.primaries, settings.replicas) = (primaries, replicas)
        try await withCluster(settings, test)
    }

    private func withCluster(
        _ settings: ClusterSettings = ClusterSettings(),
        _ test: @escaping @Sendable (PrivateCluster) throws -> Void
    ) async throws {
        try await OwnThread.run {
            let cluster = try PrivateCluster(settings)
            defer { cluster.stop() }
            try test(cluster)
        }
    }
}

extension PrivateCluster {
    /// Asks one node, as a client does that knows no cluster.
    fileprivate func ask(_ node: ClusterNode, _ words: String...) throws -> Reply { try ask(node, words) }

    private func ask(_ node: ClusterNode, _ words: [String]) throws -> Reply {
        var command = Command()
        for word in words { command.append(word) }
        return try connection(to: node).reply(to: command)
    }

    /// Asks the node that has the key, which is the first argument.
    fileprivate func askAnybody(_ words: String...) throws {
        let node = try #require(try primary(of: keySlot(of: words[1])))
        #expect(try ask(node, words) == .status("OK"))
    }
}
