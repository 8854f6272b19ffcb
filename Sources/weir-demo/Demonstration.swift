#if Hummingbird
import AsyncHTTPClient
import Console
import Foundation
import Weir

/// One run: traffic, the table, the headers, and the client that waits.
struct Demonstration: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let instances: [Instance]
    let client: HTTPClient
    let redis: String
    let seconds: Int
    let terminal: Terminal

    /// A group of its own for each run, so that an earlier run on the same Redis does not count.
    private let group = "acme-\(UUID().uuidString.prefix(8).lowercased())"
    private var tokens: [String] { ["crm.anna", "crm.ben", "shop.carla", "shop.dan"].map { "\(group).\($0)" } }

    init(instances: [Instance], client: HTTPClient, redis: String, seconds: Int, terminal: Terminal) {
        self.redis = redis
        self.instances = instances
        self.client = client
        self.seconds = seconds
        self.terminal = terminal
    }

    func run() async throws -> Findings {
        let first = try await Probe.send(.list, token: "\(group).crm.first", to: instances[0], with: client)
        guard first.isAdmitted else {
            throw Failure(description: "the first request was answered with \(first.status): is Redis there?")
        }
        let board = ScoreBoard(seconds: seconds)
        let tallies = await Traffic(instances: instances, client: client, tokens: tokens)
            .run(for: .seconds(seconds)) { await board.show($0) }
        ProgressLine.show("")
        let rows = tallies.map(Findings.Row.init)
        showTable(rows)

        let refused = try await Probe.send(.create, token: tokens[0], to: instances[0], with: client)
        guard refused.isRefused, let reset = refused.rateLimit("reset") else {
            throw Failure(description: "a request over the limit was answered with \(refused.status) instead of 429")
        }
        let admitted = tallies.map(\.admitted).reduce(1, +)
        let remaining = refused["X-Rate-Limit-Remaining"].flatMap { Int($0) } ?? -1
        let limit = refused["X-Rate-Limit-Limit"].flatMap { Int($0) } ?? -1
        let counted = limit - remaining
        let isGroupExact = counted == admitted && limit == ExampleAPI.groupLimit.count
        let total = Findings.Group(
            name: group,
            limit: limit,
            admitted: admitted,
            counted: counted,
            exact: isGroupExact
        )
        terminal.line()
        terminal.line(
            "  group \(group): \(admitted) admitted over two applications and \(instances.count) instances,"
                + " \(counted) counted of \(limit)  " + mark(isGroupExact ? nil : "they differ")
        )
        showFields("An admitted response", first)
        showFields("A refused response", refused)
        let portal = try await Portal(instances: instances, client: client, group: group, redis: redis)
            .check(applications: tallies)
        showPortal(portal)
        let wait = try await waitAsTold(reset, since: refused.answered)
        let isExact = rows.allSatisfy(\.exact) && isGroupExact && portal.allSatisfy(\.exact) && wait.admitted
        terminal.line()
        terminal.line(
            isExact
                ? terminal.paint("The shared count is exact.", .green)
                : terminal.paint("The shared count is NOT exact.", .red)
        )
        return Findings(
            instances: instances.map(\.name),
            seconds: seconds,
            rows: rows,
            group: total,
            admittedResponse: Findings.Response(first),
            refusedResponse: Findings.Response(refused),
            portal: portal,
            wait: wait,
            exact: isExact
        )
    }

    private func showTable(_ rows: [Findings.Row]) {
        var cells = [["token", "endpoint"] + instances.map(\.name) + ["sum", "limit", "refused", ""]]
        for row in rows {
            let byInstance = instances.map { String(row.admittedByInstance[$0.name] ?? 0) }
            let token = String(row.token.dropFirst(group.count + 1))
            cells.append(
                [token, row.endpoint] + byInstance
                    + [String(row.admitted), "\(row.limit)/\(row.windowSeconds)s", String(row.refused)]
                    + [row.fault ?? "exact"]
            )
        }
        terminal.line()
        terminal.line(terminal.paint("What each instance let in, in \(seconds) seconds", .bold))
        showVerdicts(cells)
    }

    private func showPortal(_ checks: [Findings.Check]) {
        terminal.line()
        terminal.line(terminal.paint("Groups, sites and quotas, through all instances in turn", .bold))
        let rows = checks.map { check in
            let seen = check.seen.count > 60 ? check.seen.prefix(57) + "..." : check.seen
            return [check.promise, seen, check.exact ? "exact" : "expected \(check.expected)"]
        }
        showVerdicts(rows)
    }

    private func showVerdicts(_ rows: [[String]]) {
        let table = Table(rows: rows, left: 2) { [terminal] in terminal.paint($0, $0 == "exact" ? .green : .red) }
        for line in table.lines { terminal.line(line) }
    }

    private func mark(_ fault: String?) -> String {
        fault.map { terminal.paint($0, .red) } ?? terminal.paint("exact", .green)
    }

    private func showFields(_ title: String, _ probe: Probe) {
        terminal.line()
        terminal.line(terminal.paint("\(title): \(probe.status)", .bold))
        for (name, value) in probe.fields { terminal.line("  \(name): \(value)") }
    }

    /// Waits exactly as many seconds as the refusal said, counted from its arrival, and asks again.
    private func waitAsTold(_ reset: Int, since refusal: ContinuousClock.Instant) async throws -> Findings.Wait {
        terminal.line()
        let end = refusal + .seconds(reset)
        while ContinuousClock.now < end {
            let left = Int((end - .now).components.seconds) + 1
            ProgressLine.show("the refused client waits its \(reset) seconds, \(left) to go")
            try await Task.sleep(until: min(end, .now + max(.seconds(1), ProgressLine.interval)))
        }
        ProgressLine.show("")
        let instance = instances[instances.count - 1]
        let probe = try await Probe.send(.create, token: tokens[0], to: instance, with: client)
        terminal.line(
            "  refused, waited exactly reset = \(reset) seconds, asked again: \(probe.status)  "
                + mark(probe.isAdmitted ? nil : "refused again")
        )
        return Findings.Wait(resetSeconds: reset, statusAfterwards: probe.status, admitted: probe.isAdmitted)
    }
}
#endif
