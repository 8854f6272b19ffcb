import Foundation
import Hiredis
import LocalServers
import StressChecker
import StressHarness
import StressHistory
import TestSupport
import Weir

/// A stress run of seconds, in this process, whose workers may have scripts and mistakes of their own.
struct ShortRun: Sendable {
    /// What a run has shown.
    struct Outcome: Sendable {
        /// Whether nothing is wrong with it.
        let isClean: Bool
        /// For each worker, how often it was allowed.
        let allowed: [Int]
    }

    /// For each worker, what it has Redis decide by.
    let scripts: [[UInt8]]
    /// What all workers do wrong.
    var mistake = MutantStore.Mistake.none

    /// In milliseconds: long, so that a busy machine is no fault, except where calls have to be given up.
    private var deadline: Int { mistake == .retryAfterUnknown ? 100 : 5000 }

    /// Whether nothing is found in a short run of these workers, whose connections are cut again and again.
    func isClean() async throws -> Bool { try await outcome().isClean }

    func outcome() async throws -> Outcome {
        let server = try RedisServer()
        let now = EpochClock.now
        let plan = StressPlan(
            seed: 7,
            processes: scripts.count,
            tasks: 24,
            rate: nil,
            url: server.unrestrictedURL,
            prefix: "stress",
            start: now + 100_000,
            end: now + 2_600_000,
            deadline: deadline
        )
        var configuration = RateLimiter.Configuration()
        configuration.keyPrefix = plan.prefix
        configuration.deadline = .milliseconds(plan.deadline)
        let records = (0..<plan.processes).map { server.directory.appending(path: "worker-\($0).records").path }
        var workers: [Worker] = []
        for (process, record) in records.enumerated() {
            let store = try MutantStore(
                socket: server.socket,
                script: scripts[process],
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
                    try? await Task.sleep(for: .milliseconds(deadline * 3 / 2))
                    server.goOn()
                }
            }
            try await group.waitForAll()
        }
        try await changer.end()
        var examination = try Examination(workload: workload, faults: [])
        for record in records { try examination.add(record, ended: EpochClock.now) }
        var allowed = Array(repeating: 0, count: plan.processes)
        let findings = try examination.findings { attempt in
            if attempt.outcome == .allowed { allowed[attempt.process] += 1 }
        }
        let address = RedisAddress(endpoint: .unix(path: server.socket))
        let audit = try await OwnThread.run {
            try KeyAudit(prefix: plan.prefix, over: BlockingConnection(address: address))
        }
        return Outcome(isClean: findings.isClean && audit.immortal.isEmpty, allowed: allowed)
    }
}
