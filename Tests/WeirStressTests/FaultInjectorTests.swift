import Foundation
import Hiredis
import LocalServers
import SeededRandom
import StressHarness
import StressHistory
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct FaultInjectorTests {
    /// Those of a single Redis.
    private static let kinds = Fault.Kind.allCases.filter { ![.failover, .reshard, .rescale].contains($0) }

    /// Those that need what the machine may not have are tried in ``behindALinkFaultsAreWhatTheyAre(kind:)``.
    @Test(arguments: kinds.filter { $0 != .partition })
    func afterAFaultRedisServesAndHasLostNothing(kind: Fault.Kind) async throws {
        try await expectRecovery(from: kind)
    }

    @Test(
        .enabled(if: NetworkNamespace.isExpected, "a network namespace needs root"),
        arguments: kinds
    )
    func behindALinkFaultsAreWhatTheyAre(kind: Fault.Kind) async throws {
        try await expectRecovery(from: kind, behindLink: true)
    }

    private func expectRecovery(from kind: Fault.Kind, behindLink hasLink: Bool = false) async throws {
        try await ProxiedRedis.run(behindLink: hasLink) { redis in
            try await redis.proxied("SET", "written", "before")
            let before = EpochClock.now
            let fault = try #require(try await carryOut(kind, for: .milliseconds(300), on: redis))
            #expect(fault.kind == kind)
            #expect(before <= fault.from && fault.from <= fault.until && fault.until <= EpochClock.now)
            #expect(fault.process == (kind == .workerKill ? 2 : nil))
            #expect(try await redis.direct("PING") == .status("PONG"))
            #expect(try await redis.proxied("GET", "written") == .text(Array("before".utf8)))
            #expect(try await redis.proxied("SET", "written", "after") == .status("OK"))
            #expect(try await redis.proxied("EVAL", "return 1", "0") == .integer(1))
        }
    }

    @Test(arguments: [Fault.Kind.stop, .pause, .memory, .busy, .demote, .delay, .dribble, .restart])
    func aFaultThatLastsIsThereForAllOfItsLength(kind: Fault.Kind) async throws {
        try await ProxiedRedis.run { redis in
            let fault = try #require(try await carryOut(kind, for: .milliseconds(250), on: redis))
            #expect(fault.until - fault.from >= 250_000)
        }
    }

    @Test func scriptsAreForgotten() async throws {
        try await ProxiedRedis.run { redis in
            let digest = try #require(try await redis.direct("SCRIPT", "LOAD", "return 1").string)
            #expect(try await redis.direct("SCRIPT", "EXISTS", digest) == .integers([1]))
            _ = try await carryOut(.scriptFlush, for: .zero, on: redis)
            #expect(try await redis.direct("SCRIPT", "EXISTS", digest) == .integers([0]))
        }
    }

    @Test(arguments: [Fault.Kind.clientKill, .restart, .cut, .reset, .garbage])
    func connectionsEnd(kind: Fault.Kind) async throws {
        try await ProxiedRedis.run { redis in
            let client = RestlessClient(redis.proxy.address, asking: "INCR", "count")
            try #require(try await eventually { client.answers > 0 })
            #expect(try await isSeen(during: kind, on: redis) { client.error != nil })
            #expect(client.error?.code == (kind == .garbage ? .protocolViolation : .connectionLost))
        }
    }

    @Test func everyAnsweredWriteSurvivesARestart() async throws {
        try await ProxiedRedis.run { redis in
            let process = redis.server.processIdentifier
            let clients = (0..<4).map { RestlessClient(redis.proxy.address, asking: "INCR", "count \($0)") }
            try #require(try await eventually { clients.allSatisfy { $0.answers > 50 } })
            _ = try await carryOut(.restart, for: .zero, on: redis)
            #expect(redis.server.processIdentifier != process)
            try #require(try await eventually { clients.allSatisfy { $0.error != nil } })
            for (number, client) in clients.enumerated() {
                let count = Int(try await redis.direct("GET", "count \(number)").string ?? "") ?? 0
                // The last one may have counted without an answer.
                #expect((client.answers...(client.answers + 1)).contains(count))
            }
        }
    }

    @Test(arguments: [(Fault.Kind.memory, "OOM"), (.busy, "BUSY"), (.demote, "READONLY")])
    func meanwhileWritesAreRefused(kind: Fault.Kind, code: String) async throws {
        try await ProxiedRedis.run { redis in
            let client = RestlessClient(redis.server.address, asking: "INCR", "count")
            try #require(try await eventually { client.answers > 0 })
            #expect(try await isSeen(during: kind, on: redis) { client.refusals == [code] })
            #expect(try await redis.direct("SET", "key", "value") == .status("OK"))
        }
    }

    @Test func meanwhileAStoppedRedisDoesNothing() async throws {
        try await ProxiedRedis.run { redis in
            let process = try #require(redis.server.processIdentifier)
            #expect(try await isSeen(during: .stop, on: redis) { try Self.state(of: process) == "T" })
            #expect(try Self.state(of: process) != "T")
        }
    }

    @Test func aReplicaGivesNothingBackThatHasExpired() async throws {
        try await ProxiedRedis.run { redis in
            try await redis.direct("SET", "kept", "value")
            try await redis.direct("SET", "brief", "value", "PX", "1000")
            let script = "return {redis.call('GET', 'brief') and 'there' or 'gone', redis.call('GET', 'kept')}"
            let reader = RestlessClient(redis.server.address, asking: "EVAL", script, "0")
            let writer = RestlessClient(redis.server.address, asking: "EVAL", "return redis.call('INCR', 'x')", "0")
            try #require(try await eventually { reader.answers > 0 && writer.answers > 0 })
            let states = ["there", "gone"].map { Reply.array([.text(Array($0.utf8)), .text(Array("value".utf8))]) }
            #expect(
                try await isSeen(during: .demote, on: redis) {
                    writer.refusals == ["READONLY"] && reader.replies.last == states[1]
                }
            )
            let answers = reader.answers
            try #require(try await eventually { reader.answers > answers + 10 })
            // First it was there and then it was gone, for a replica as for the master that it becomes again.
            #expect(reader.replies == states)
            #expect(try await redis.direct("GET", "brief") == .null)
            #expect(try await redis.direct("GET", "kept") == .text(Array("value".utf8)))
            #expect(try await redis.direct("SET", "kept", "another") == .status("OK"))
        }
    }

    @Test(.enabled(if: NetworkNamespace.isExpected, "a network namespace needs root"))
    func meanwhileAPartitionedRedisIsSilentAndAtWork() async throws {
        try await ProxiedRedis.run(behindLink: true) { redis in
            let client = RestlessClient(redis.proxy.address, asking: "INCR", "count")
            try #require(try await eventually { client.answers > 0 })
            #expect(try await isSeen(during: .partition, on: redis) { client.error?.code == .timedOut })
            let count = Int(try await redis.direct("GET", "count").string ?? "") ?? 0
            #expect((client.answers...(client.answers + 1)).contains(count))
        }
    }

    @Test func withoutALinkThereIsNoPartition() async throws {
        try await ProxiedRedis.run { redis in
            await #expect(throws: (any Error).self) { try await carryOut(.partition, for: .zero, on: redis) }
        }
    }

    @Test func aPauseIsOne() async throws {
        try await ProxiedRedis.run { redis in
            _ = try await carryOut(.pause, for: .milliseconds(100), on: redis)
            let statistics = try await redis.direct("INFO", "commandstats").string ?? ""
            #expect(statistics.contains("cmdstat_client|pause:calls=1,"))
        }
    }

    @Test func aWorkerIsChosenBySeed() async throws {
        try await ProxiedRedis.run { redis in
            let injector = FaultInjector(server: redis.server, proxy: redis.proxy) { $0.number(0...999) }
            var processes: [Int?] = []
            for seed in [1, 1, 2] as [UInt64] {
                let planned = PlannedFault(kind: .workerKill, length: .zero, seed: seed)
                processes.append(try await injector.carryOut(planned)?.process)
            }
            #expect(processes[0] == processes[1] && processes[1] != processes[2])
        }
    }

    @Test func withoutAWorkerThereIsNoFault() async throws {
        try await ProxiedRedis.run { redis in
            let injector = FaultInjector(server: redis.server, proxy: redis.proxy) { _ in nil }
            let fault = try await injector.carryOut(PlannedFault(kind: .workerKill, length: .zero, seed: 1))
            #expect(fault == nil)
        }
    }

    private func carryOut(_ kind: Fault.Kind, for length: Duration, on redis: ProxiedRedis) async throws -> Fault? {
        let injector = FaultInjector(server: redis.server, proxy: redis.proxy) { _ in 2 }
        return try await injector.carryOut(PlannedFault(kind: kind, length: length, seed: 1))
    }

    /// Whether something comes true while a fault lasts, which ends when it has.
    private func isSeen(
        during kind: Fault.Kind,
        on redis: ProxiedRedis,
        _ condition: () throws -> Bool
    ) async throws -> Bool {
        let fault = Task { try await carryOut(kind, for: .seconds(60), on: redis) }
        defer { fault.cancel() }
        let isSeen = try await eventually(condition)
        fault.cancel()
        _ = try await fault.value
        return isSeen
    }

    /// The state of a process as one letter, T if it has been stopped.
    private static func state(of process: Int32) throws -> Substring? {
        let status = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status.split(separator: ")").last?.split(separator: " ").first
    }
}
