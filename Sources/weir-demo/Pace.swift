#if Hummingbird
import ArgumentParser
import AsyncHTTPClient
import Console
import Foundation

/// Shows what a client gets that keeps to the limits, beside one that does not.
struct Pace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Many tasks ask one instance more than it allows, with and without a pacer.",
        discussion: """
            An instance allows 5 requests in any 2 seconds. First all tasks send their requests as fast as they can, then
            the same is done through a pacer. Exits with 0 only if with it all requests were admitted, at most two of
            them refused before, in at most 1.15 times the least time possible, and without it most were refused.
            """
    )

    @Option(help: "Where Redis is: redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://.")
    var redis: String

    @Option(help: "How many requests, 10 to 1000.")
    var requests = 50

    @Option(help: "How many tasks send them, 1 to 100.")
    var tasks = 20

    /// The fields that tell a pacer enough: what is left, and in how many seconds there is more.
    enum Told: String, ExpressibleByArgument, CaseIterable {
        case draft10 = "draft-10"
        case draft07 = "draft-07"
    }

    @Option(help: "What the instance tells its clients: draft-10 or draft-07.")
    var dialect = Told.draft10

    func validate() throws {
        guard (10...1000).contains(requests) else { throw ValidationError("--requests takes 10 to 1000.") }
        guard (1...100).contains(tasks) else { throw ValidationError("--tasks takes 1 to 100.") }
    }

    private var policy: String {
        """
        version: 1
        rules:
          - name: endpoint
            per: [token, endpoint]
            limits: {GET /objects: 5/2s}
        responses:
          dialects: [\(dialect.rawValue)]
        """
    }

    func run() async throws {
        let terminal = Terminal()
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8)).yaml")
        try policy.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let instance = try Instance(name: "paced", redis: redis, policy: file.path)
        defer { instance.stop() }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let crowd = Crowd(instance: instance, client: client, requests: requests, tasks: tasks)
        let runs: (hasty: Crowd.Outcome, paced: Crowd.Outcome)
        do {
            ProgressLine.show("\(tasks) tasks send \(requests) requests as fast as they can")
            let hasty = try await crowd.runHastily()
            ProgressLine.show("the same through a pacer, some \(crowd.best.components.seconds) seconds")
            runs = (hasty, try await crowd.runPaced())
            ProgressLine.show("")
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        show(runs, best: crowd.best, on: terminal)
        let isWell = runs.paced.keepsToTheLimit(of: requests, best: crowd.best, unlike: runs.hasty)
        terminal.line()
        terminal.line(
            isWell
                ? terminal.paint("With the pacer nobody was sent away.", .green)
                : terminal.paint("The pacer did NOT keep to the limit.", .red)
        )
        guard isWell else { throw ExitCode(1) }
    }

    private func show(
        _ runs: (hasty: Crowd.Outcome, paced: Crowd.Outcome),
        best: Duration,
        on terminal: Terminal
    ) {
        func row(_ name: String, _ outcome: Crowd.Outcome) -> [String] {
            let seconds = outcome.elapsed / .seconds(1)
            return [
                name, "\(outcome.admitted)", "\(outcome.refused)", String(format: "%.2f s", seconds),
                outcome.admitted == requests ? String(format: "%.3f x", outcome.elapsed / best) : "",
            ]
        }
        terminal.line(
            terminal.paint("\(requests) requests of \(tasks) tasks, where 5 in any 2 seconds are allowed", .bold)
        )
        let best = String(format: "%.2f s", best / .seconds(1))
        let rows = [
            ["client", "admitted", "refused", "took", "of the best, \(best)"],
            row("as fast as it can", runs.hasty), row("with a pacer", runs.paced),
        ]
        for line in Table(rows: rows).lines { terminal.line(line) }
    }
}
#endif
