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
        // A few tokens are asked for more often than 1,000 times, on a machine that has nothing else to do.
        for (prefix, limit) in [("cold", 3), ("long", 1000)] {
            for (name, entry) in load.entries where name.hasPrefix(prefix) {
                let asked = entry.admittedAt.count + entry.denied
                #expect(entry.admittedAt.count == min(limit, asked), "\(name) was asked for \(asked) times")
            }
        }
        #expect(try await load.counted(by: server) == load.admittedInAll)
    }

    @Test func sixSitesAndFiveThousandObjectsAreExactlyThat() async throws {
        let server = try RedisServer()
        let reports = try await WorkerProcesses.outputs(["quotas", server.url, "64"]).map {
            try JSONDecoder().decode(QuotaReport.self, from: $0)
        }
        #expect(reports.flatMap(\.failed).isEmpty, "a healthy Redis gives no error")
        let registered = reports.flatMap(\.registered)
        #expect(registered.count == 6 && Set(registered).count == 6, "each registered exactly once")
        #expect(Set(reports.flatMap(\.known)).isSubset(of: registered))
        #expect(reports.map(\.refused).reduce(0, +) > 0)
        let others = reports.map { $0.known.count + $0.refused }
        #expect(registered.count + others.reduce(0, +) == 192 * 20)
        #expect(reports.map(\.created).reduce(0, +) == 5000)
        #expect(reports.map(\.exhausted).reduce(0, +) >= 192)
        #expect(reports.reduce(into: Set()) { $0.formUnion($1.reached) }.count == 1, "the date is stored once")

        let keeper = try QuotaKeeper(redis: server.url, configuration: .patient)
        #expect(Set(try await keeper.sites(of: "acme").map(\.identity)) == Set(registered))
        let usage = try await keeper.creations(by: "anna")
        #expect(usage.used == 5000 && usage.limit == 5000 && usage.reached != nil)
        for site in registered {
            let again = try await keeper.register(site: site, for: "acme", application: "shop")
            guard case .alreadyRegistered = again else {
                Issue.record("a known site was answered with \(again)")
                continue
            }
        }
        await keeper.shutdown()
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
        let arguments = [server.url, "\(seconds)", "64", "\(deadline)"]
        var load = Load()
        for output in try await WorkerProcesses.outputs(arguments, during: fault) {
            load.merge(try JSONDecoder().decode([String: WorkerReport].self, from: output))
        }
        return load
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

    /// What the group's window, which every admission is charged to, holds at the end; its applications add up to it.
    func counted(by server: RedisServer) async throws -> Int {
        let rules = [
            Rule("group", per: .group, limit: Limit(2_000_000_000, per: .day)),
            Rule("application", observing: .group, .application, per: .day),
        ]
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
        let usage = try await limiter.usage(of: "group")
        await limiter.shutdown()
        #expect(usage.applications.map(\.used).reduce(0, +) == usage.usage.used)
        #expect(usage.applications.count == 3)
        return usage.usage.used
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
