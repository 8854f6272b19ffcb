import Hiredis
import LocalServers
import StressHarness
import StressHistory
import Testing

@Suite(.timeLimit(.minutes(3))) struct ClusterFaultsTests {
    @Test(arguments: Topology.cluster.faults)
    func afterAFaultAClusterIsWholeAndHasLostNothing(kind: Fault.Kind) async throws {
        try await withCluster { cluster in
            try await OwnThread.run { try cluster.fill() }
            let faults = ClusterFaults(cluster: cluster) { _ in 2 }
            let before = EpochClock.now
            let planned = PlannedFault(kind: kind, length: .milliseconds(300), seed: 1)
            let fault = try #require(try await faults.carryOut(planned))
            #expect(fault.kind == kind)
            #expect(before <= fault.from && fault.from <= fault.until && fault.until <= EpochClock.now)
            #expect(fault.process == (kind == .workerKill ? 2 : nil))
            let slots = fault.slots.map { SlotRanges($0) }
            switch kind {
            case .failover: #expect(["0-5460", "5461-10922", "10923-16383"].contains(fault.slots))
            case .reshard: #expect(slots??.count == 1000)
            case .rescale: #expect(slots??.count == 500)
            default: #expect(fault.slots == nil)
            }
            if let promoted = fault.promoted { #expect(fault.from < promoted && promoted < fault.until) }
            #expect((fault.promoted != nil) == (kind == .failover))
            try await OwnThread.run { try cluster.expectWhole() }
        }
    }

    @Test(arguments: Fault.Kind.allCases.filter { !Topology.cluster.faults.contains($0) })
    func whatAClusterCannotHaveIsAnError(kind: Fault.Kind) async throws {
        try await withCluster { cluster in
            let faults = ClusterFaults(cluster: cluster) { _ in nil }
            await #expect(throws: (any Error).self) {
                try await faults.carryOut(PlannedFault(kind: kind, length: .zero, seed: 1))
            }
        }
    }

    @Test func onlyAFaultMakesAReplicaThePrimary() async throws {
        try await withCluster { cluster in
            let (before, frozen) = try await OwnThread.run { () throws -> ([ClusterNode], PrivateRedis) in
                let primaries = try cluster.primaries()
                let frozen = try cluster.redis(of: primaries[0])
                frozen.freeze()
                return (primaries, frozen)
            }
            // Twice as long as it takes until a node is taken for dead, and an election after that.
            try await Task.sleep(for: ClusterFaults.settings.nodeTimeout * 2)
            frozen.thaw()
            try await OwnThread.run {
                try cluster.waitUntilAgreed()
                #expect(try cluster.primaries().map(\.id) == before.map(\.id))
            }
        }
    }

    private func withCluster(_ test: (PrivateCluster) async throws -> Void) async throws {
        let cluster = try await OwnThread.run { try PrivateCluster(ClusterFaults.settings) }
        let result: Result<Void, any Error>
        do { result = .success(try await test(cluster)) } catch { result = .failure(error) }
        try await OwnThread.run { cluster.stop() }
        try result.get()
    }
}

extension PrivateCluster {
    private static let keys = 300

    /// Writes keys to all primaries.
    fileprivate func fill() throws {
        for number in 0..<Self.keys {
            #expect(
                try connectionToOwner(of: number).reply(to: Command("SET", "key-\(number)", "\(number)"))
                    == .status("OK")
            )
        }
    }

    /// Expects six nodes, a replica of each primary, and all keys.
    fileprivate func expectWhole() throws {
        let (primaries, replicas) = (try primaries(), try replicas())
        #expect(primaries.count == 3 && replicas.count == 3)
        #expect(primaries.reduce(0) { $0 + $1.slots.count } == 16_384)
        for primary in primaries { #expect(replicas.contains { $0.role == .replica(of: primary.id) }) }
        for number in 0..<Self.keys {
            let reply = try connectionToOwner(of: number).reply(to: Command("GET", "key-\(number)"))
            #expect(reply == .text(Array("\(number)".utf8)))
        }
    }

    private func connectionToOwner(of number: Int) throws -> BlockingConnection {
        try connection(to: #require(try primary(of: keySlot(of: "key-\(number)"))))
    }
}
