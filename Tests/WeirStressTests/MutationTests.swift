import Foundation
import Hiredis
import LocalServers
import LuaScripts
import StressChecker
import StressHarness
import StressHistory
import TestSupport
import Testing
import Weir

/// A checker that finds nothing proves nothing: Weir with a mistake in it has to be found out, and Weir as it is has not.
@Suite struct MutationTests {
    /// A mistake in the script: what stands there, and what stands there instead.
    struct ScriptMistake: Sendable, CustomStringConvertible {
        let description: String
        let right: String
        let wrong: String
    }

    static let scriptMistakes = [
        ScriptMistake(
            description: "no expiry",
            right: "call('SET', keys[w], value, 'PXAT', expiry_text)",
            wrong: "call('SET', keys[w], value)"
        ),
        ScriptMistake(
            description: "off by one",
            right: "local left = rule.limit - window[TOTAL]",
            wrong: "local left = rule.limit - window[TOTAL] + 1"
        ),
        ScriptMistake(
            description: "a slice short",
            right: "slice_end = now - now % slice + slice",
            wrong: "slice_end = now - now % slice"
        ),
        ScriptMistake(
            description: "the clock is read twice",
            right: "local reply, filled, position = { now, nil",
            wrong: """
                local again = call('TIME')
                local reply, filled, position = { again[1] * 1000000 + again[2], nil
                """
        ),
        ScriptMistake(
            description: "written before the last check",
            right: "status, detail = rare_steps().refuse(n, least)",
            wrong: """
                status, detail = rare_steps().refuse(n, least)
                local first = opened[1]
                if n > 1 and first[TOTAL] > 0 and first[RULE].limit - first[TOTAL] >= least then
                  first[TOTAL], first[COST] = first[TOTAL] + least, first[COST] + least
                  first[STATE], first[IS_PACKED] = CHANGED, false
                end
                """
        ),
        ScriptMistake(
            description: "floats",
            right: "now = time[1] * 1000000 + time[2]",
            wrong: "now = tonumber(time[1] .. '.' .. time[2]) * 1000000"
        ),
        ScriptMistake(
            description: "what has left is counted",
            right: "while oldest <= left do",
            wrong: "while oldest < left - 3000 do"
        ),
        ScriptMistake(
            description: "a refund that is forgotten by the pool",
            right: "if pool then take_from_slice",
            wrong: "if false then take_from_slice"
        ),
        ScriptMistake(
            description: "a refusal that tells too short a wait",
            right: "wait = max(from, leaves + rule.period - now)",
            wrong: "wait = leaves + rule.period - now - 1"
        ),
    ]

    @Test(arguments: scriptMistakes) func aBrokenScriptIsFound(mistake: ScriptMistake) async throws {
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let broken = source.replacing(mistake.right, with: mistake.wrong)
        try #require(broken != source, "the script no longer says: \(mistake.right)")
        let isFound = try await isFound(script: Array(broken.utf8), mistake: .none)
        #expect(isFound)
    }

    @Test(arguments: MutantStore.Mistake.allCases) func aBrokenClientIsFound(mistake: MutantStore.Mistake) async throws
    {
        let isFound = try await isFound(script: Scripts.acquire, mistake: mistake)
        #expect(isFound == (mistake != .none))
    }

    /// In milliseconds: long, so that a busy machine is no fault, except where calls have to be given up.
    private static func deadline(_ mistake: MutantStore.Mistake) -> Int { mistake == .retryAfterUnknown ? 100 : 5000 }

    /// Whether one of a few short runs shows a mistake: on a busy machine one alone may have too few calls in flight.
    private func isFound(script: [UInt8], mistake: MutantStore.Mistake) async throws -> Bool {
        for _ in 0..<5 {
            if try await !isClean(script: script, mistake: mistake) { return true }
            if mistake == .none, script == Scripts.acquire { return false }
        }
        return false
    }

    /// Whether nothing is found in a short run of three workers, whose connections are cut again and again.
    private func isClean(script: [UInt8], mistake: MutantStore.Mistake) async throws -> Bool {
        let server = try RedisServer()
        let now = EpochClock.now
        let plan = StressPlan(
            seed: 7,
            processes: 3,
            tasks: 24,
            rate: nil,
            url: server.unrestrictedURL,
            prefix: "stress",
            start: now + 100_000,
            end: now + 2_600_000,
            deadline: Self.deadline(mistake)
        )
        var configuration = RateLimiter.Configuration()
        configuration.keyPrefix = plan.prefix
        configuration.deadline = .milliseconds(plan.deadline)
        let records = (0..<plan.processes).map { server.directory.appending(path: "worker-\($0).records").path }
        var workers: [Worker] = []
        for (process, record) in records.enumerated() {
            let store = try MutantStore(
                socket: server.socket,
                script: script,
                mistake: mistake,
                process: process,
                configuration: configuration
            )
            workers.append(try Worker(plan, process: process, recordingTo: record, store: store))
        }
        let workload = Workload()
        let changer = try LimitChanger(
            url: server.unrestrictedURL,
            prefix: plan.prefix,
            workload: workload,
            seed: plan.seed
        )
        try await changer.begin()
        try await withThrowingTaskGroup { group in
            for worker in workers { group.addTask { try await worker.run() } }
            group.addTask { await changer.run(until: plan.end) }
            group.addTask {
                for _ in 0..<8 {
                    try await Task.sleep(for: .milliseconds(150))
                    guard mistake == .retryAfterUnknown else {
                        _ = try? server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                        continue
                    }
                    // Long enough that calls are given up, and short enough that what is asked again is answered.
                    server.stopForAWhile()
                    try? await Task.sleep(for: .milliseconds(Self.deadline(mistake) * 3 / 2))
                    server.goOn()
                }
            }
            try await group.waitForAll()
        }
        try await changer.end()
        var examination = try Examination(workload: workload, faults: [])
        for record in records { try examination.add(record, ended: EpochClock.now) }
        let findings = try examination.findings()
        let address = RedisAddress(endpoint: .unix(path: server.socket))
        let audit = try await OwnThread.run {
            try KeyAudit(prefix: plan.prefix, over: BlockingConnection(address: address))
        }
        return findings.isClean && audit.immortal.isEmpty
    }
}
