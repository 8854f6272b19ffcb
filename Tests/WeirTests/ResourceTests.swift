import Foundation
import SeededRandom
import TestSupport
import Testing
import Weir

/// What a host keeps and what it loses by connections that come and go: each in a process of its own, where nothing else
/// opens or starts anything.
@Suite(.serialized) struct ResourceTests {
    private static let toleratedGrowth = 16 << 20

    /// What the only worker of a kind reports.
    private func report<Report: Decodable>(
        _ arguments: String...,
        during fault: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> Report {
        let outputs = try await WorkerProcesses.outputs(arguments, processes: 1, during: fault)
        return try JSONDecoder().decode(Report.self, from: try #require(outputs.first))
    }

    @Test func `1,000 connect and disconnect cycles leave descriptors, threads and memory as before`() async throws {
        let server = try RedisServer()
        let report: CycleReport = try await report("cycles", server.url, "1000")
        #expect(report.decided == 1000)
        #expect(report.after.descriptors == report.before.descriptors)
        // The threads of Swift's concurrency come when they are needed, at most one a core.
        #expect(report.after.threads <= report.before.threads + ProcessInfo.processInfo.activeProcessorCount)
        // Sanitizers keep what is freed, to see whether it is used.
        guard ProcessInfo.processInfo.environment["WEIR_SANITIZER"] == nil else { return }
        #expect(report.after.memory <= report.before.memory + Self.toleratedGrowth)
    }

    @Test func aChildOfTheHostInheritsNoConnection() async throws {
        let server = try RedisServer()
        let report: ChildReport = try await report("child", server.url)
        #expect(report.own.count >= 5, "four connections and one to compare them with")
        #expect(report.own.contains(report.inheritable))
        #expect(report.inherited == [report.inheritable])
    }

    @Test func aWriteToAClosedConnectionDoesNotEndTheHost() async throws {
        let server = try RedisServer()
        let report: SignalReport = try await report("closed", server.socket, "30")
        #expect(report.isDeadly, "nobody but Weir protects the process")
        #expect(report.unprotected.isEmpty)
        #expect(report.hasStruck)
        #expect(report.decided > 8)
    }

    @Test func tenThousandTasksAgainstAStoppedRedisAreAllAnsweredAndLeaveNothing() async throws {
        let server = try RedisServer()
        let report: FloodReport = try await report("flood", server.url, "10000") {
            _ = try await eventually { try server.command("DBSIZE") == "1" }
            server.stopForAWhile()
        }
        server.goOn()
        for wave in report.waves {
            #expect(wave.reasons.values.reduce(0, +) == 10_000 && wave.others == 0, "\(wave.reasons)")
            // For whoever reads the log: how long is a question to a machine that has nothing else to do.
            print("10,000 tasks, deadline 250 ms: the longest waited \(wave.longestMilliseconds) ms, \(wave.reasons)")
        }
        #expect(report.after.descriptors <= report.before.descriptors + 2)
        guard ProcessInfo.processInfo.environment["WEIR_SANITIZER"] == nil else { return }
        // A task that waits takes some kilobytes, which the allocator keeps for the next.
        #expect(report.after.memory <= report.before.memory + 10_000 * 8 << 10)
    }

    @Test func inAStormEveryTaskHasOneOutcomeAndThenItDecidesAgain() async throws {
        let seed = SeededGenerator.printedSeed()
        let server = try RedisServer()
        let report: StormReport = try await report("storm", server.url, "2000", "\(seed)") {
            var generator = SeededGenerator(seed: seed &+ 1)
            for _ in 0..<8 {
                server.stopForAWhile()
                try await Task.sleep(for: .milliseconds(generator.number(20...400)))
                server.goOn()
                try await Task.sleep(for: .milliseconds(generator.number(20...300)))
            }
        }
        #expect(report.outcomes == 2000)
        #expect(report.decidesAgain)
        #expect(report.admitted > 0 && report.others["cancelled", default: 0] > 0)
        #expect(report.admitted <= report.counted, "what was admitted has been counted")
        #expect(report.counted <= report.admitted + report.unknown, "nothing was counted twice")
        #expect(report.counted <= 500)
    }
}
