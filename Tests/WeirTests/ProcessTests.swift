import Foundation
import TestSupport
import Testing
import Weir

/// Several processes, one Redis: what they admit together is what the limits allow, whatever happens to the connection.
@Suite(.serialized) struct ProcessTests {
    @Test func threeProcessesAdmitExactlyTheLimits() async throws {
        let server = try RedisServer()
        let load = try await Load.run(server, seconds: 5, deadline: 10_000)
        #expect(load.failures.isEmpty, "a healthy Redis gives no error")
        #expect(load.unknown == 0)
        load.checkWindows()
        #expect(load.admitted("long") == 4 * 1000, "four hot tokens, 1,000 an hour each")
        for (name, entry) in load.entries where name.hasPrefix("cold") {
            let asked = entry.admittedAt.count + entry.denied
            #expect(entry.admittedAt.count == min(3, asked), "\(name) was asked for \(asked) times")
        }
        #expect(try await load.counted(by: server) == load.admittedInAll)
    }

    @Test func scriptFlushIsInvisible() async throws {
        let server = try RedisServer()
        let load = try await Load.run(server, seconds: 3, deadline: 10_000) {
            for _ in 0..<200 {
                try server.command("SCRIPT", "FLUSH")
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(load.failures.isEmpty)
        load.checkWindows()
        #expect(try await load.counted(by: server) == load.admittedInAll)
    }

    @Test func killedConnectionsLeaveNoWrongVerdictAndNobodyHanging() async throws {
        let server = try RedisServer()
        let load = try await Load.run(server, seconds: 4, deadline: 500) {
            for _ in 0..<35 {
                try server.command("CLIENT", "KILL", "TYPE", "normal")
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        load.checkWindows()
        let counted = try await load.counted(by: server)
        #expect(counted >= load.admittedInAll, "what was admitted has been counted")
        #expect(counted <= load.admittedInAll + load.unknown, "nothing was counted twice")
        #expect(load.admittedInAll > 200, "it went on working between the kills")
    }

    @Test func aRestartInTheMiddleLosesNothingThatWasAcknowledged() async throws {
        let server = try RedisServer("appendonly", "yes", "appendfsync", "always")
        let load = try await Load.run(server, seconds: 5, deadline: 500) {
            for _ in 0..<2 {
                try await Task.sleep(for: .seconds(1))
                server.kill()
                try server.start()
            }
        }
        load.checkWindows()
        let counted = try await load.counted(by: server)
        #expect(counted >= load.admittedInAll)
        #expect(counted <= load.admittedInAll + load.unknown)
    }
}

/// What three worker processes report.
private struct Load {
    private(set) var entries: [String: WorkerReport] = [:]

    /// Runs three processes of 64 tasks, and `fault` meanwhile.
    static func run(
        _ server: RedisServer,
        seconds: Int,
        deadline: Int,
        fault: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> Load {
        let url = server.url
        return try await withThrowingTaskGroup(of: [String: WorkerReport]?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    // On a thread of its own: reading a pipe blocks.
                    let output = try await withCheckedThrowingContinuation { continuation in
                        Thread.detachNewThread {
                            continuation.resume(
                                with: Result {
                                    // `timeout` ends a worker that hangs, and the test with it.
                                    let arguments = ["60", worker, url, "\(seconds)", "64", "\(deadline)"]
                                    return try Tool.run("timeout", arguments)
                                }
                            )
                        }
                    }
                    return try JSONDecoder().decode([String: WorkerReport].self, from: Data(output.utf8))
                }
            }
            group.addTask {
                try await Task.sleep(for: .milliseconds(300))
                try await fault()
                return nil
            }
            var load = Load()
            for try await report in group { load.merge(report ?? [:]) }
            return load
        }
    }

    private static var worker: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "weir-test-worker").path
    }

    private mutating func merge(_ report: [String: WorkerReport]) {
        for (name, entry) in report {
            entries[name, default: WorkerReport()].admittedAt += entry.admittedAt
            entries[name, default: WorkerReport()].denied += entry.denied
            entries[name, default: WorkerReport()].unknown += entry.unknown
            entries[name, default: WorkerReport()].failed.merge(entry.failed, uniquingKeysWith: +)
        }
    }

    var failures: [String: Int] {
        entries.values.reduce(into: [:]) { $0.merge($1.failed, uniquingKeysWith: +) }
    }

    var unknown: Int { entries.values.map(\.unknown).reduce(0, +) }
    var admittedInAll: Int { entries.values.map(\.admittedAt.count).reduce(0, +) }

    func admitted(_ endpoint: String) -> Int {
        entries.filter { $0.key.hasPrefix(endpoint) }.values.map(\.admittedAt.count).reduce(0, +)
    }

    /// What the group's window, which every admission is charged to, holds at the end.
    func counted(by server: RedisServer) async throws -> Int {
        let rules = [Rule("group", per: .group, limit: Limit(2_000_000_000, per: .day))]
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(10)
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: configuration)
        let usage = try await limiter.peek(Descriptor(group: "group"))
        await limiter.shutdown()
        return usage["group"]?.used ?? -1
    }

    /// No window of any token holds more than its limit, by the server's own times.
    func checkWindows() {
        let terms = [
            "log": (50, 1_000_000), "sliced": (200, 1_000_000), "long": (1000, 3_600_000_000),
            "cold": (3, 3_600_000_000),
        ]
        for (name, entry) in entries {
            guard let (limit, period) = terms[String(name.prefix { $0 != " " })] else { continue }
            let times = entry.admittedAt.sorted()
            for (index, time) in times.enumerated() where index >= limit {
                #expect(times[index - limit] <= time - period, "\(name): \(limit + 1) admissions in one window")
            }
        }
    }
}
