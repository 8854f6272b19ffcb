import Hiredis
import LocalServers
import StressHarness
import StressHistory
import Testing

@Suite(.timeLimit(.minutes(3))) struct SentinelFaultsTests {
    @Test(arguments: Topology.sentinel.faults)
    func afterAFaultThereIsAPrimaryThatHasLostNothing(kind: Fault.Kind) async throws {
        try await withSentinels { sentinels in
            let old = try await OwnThread.run {
                let port = try sentinels.primary()
                _ = try sentinels.connection(to: port).reply(to: Command("SET", "written", "before"))
                try sentinels.waitUntilInSync()
                return port
            }
            let faults = try await OwnThread.run { try SentinelFaults(sentinels: sentinels) { _ in 2 } }
            let planned = PlannedFault(kind: kind, length: .milliseconds(300), seed: 1)
            let fault = try #require(try await faults.carryOut(planned))
            #expect(fault.kind == kind && fault.from <= fault.until && fault.slots == nil)
            #expect(fault.process == (kind == .workerKill ? 2 : nil))
            if let promoted = fault.promoted { #expect(fault.from < promoted && promoted < fault.until) }
            #expect((fault.promoted != nil) == (kind == .failover))
            try await faults.expectNoSurprise()
            try await OwnThread.run {
                let now = try sentinels.primary()
                #expect((now != old) == (kind == .failover))
                for port in sentinels.ports {
                    let connection = try sentinels.connection(to: port)
                    #expect(try connection.reply(to: Command("GET", "written")) == .text(Array("before".utf8)))
                    #expect(try connection.info("replication", "role") == (port == now ? "master" : "slave"))
                }
            }
        }
    }

    @Test func aPromotionThatNoFaultHasMadeIsAnError() async throws {
        try await withSentinels { sentinels in
            let faults = try await OwnThread.run { try SentinelFaults(sentinels: sentinels) { _ in 2 } }
            try await OwnThread.run { _ = try sentinels.failOver() }
            await #expect(throws: (any Error).self) { try await faults.expectNoSurprise() }
            await #expect(throws: (any Error).self) {
                try await faults.carryOut(PlannedFault(kind: .scriptFlush, length: .zero, seed: 1))
            }
        }
    }

    private func withSentinels(_ test: (PrivateSentinels) async throws -> Void) async throws {
        let sentinels = try await OwnThread.run { try PrivateSentinels(SentinelFaults.settings) }
        let result: Result<Void, any Error>
        do { result = .success(try await test(sentinels)) } catch { result = .failure(error) }
        try await OwnThread.run { sentinels.stop() }
        try result.get()
    }
}
