import ArgumentParser
import Foundation

/// Weir, the raw commands, and the algorithms that people write today, side by side in one run.
@main
struct WeirBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir-bench",
        abstract: "Measure Weir against raw commands and other algorithms, side by side in one run.",
        discussion: """
            Starts a Redis of its own on a unix socket, on one core, and runs on another. All rows are measured in turn, \
            several rounds; what is printed are medians over the rounds. Only the ratios mean something on another machine.
            """
    )

    @Option(help: "How long each row is measured in each round, 0.2 to 60 seconds.")
    var seconds = 1.0

    @Option(help: "How many rounds, 1 to 100.")
    var rounds = 5

    @Option(help: "How many callers at once, 1 to 1024.")
    var callers = 256

    @Option(help: ArgumentHelp("Measure only the rows whose names have this part.", valueName: "part"))
    var only: String?

    @Option(help: ArgumentHelp("Write the results to a file.", valueName: "file"))
    var json: String?

    func validate() throws {
        guard (0.2...60).contains(seconds) else { throw ValidationError("--seconds takes 0.2 to 60.") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds takes 1 to 100.") }
        guard (1...1024).contains(callers) else { throw ValidationError("--callers takes 1 to 1024.") }
    }

    func run() async throws {
        let cores = Cores()
        cores.pinThisProcess()
        let server = try PrivateRedis(core: cores.server)
        defer { server.stop() }
        let bench = Bench(
            server: server,
            duration: .seconds(seconds),
            rounds: rounds,
            callers: callers,
            part: only
        )
        let report = Report(machine: Machine(cores: cores, server: server), rows: try await bench.run())
        report.print()
        if let json { try report.write(to: json) }
    }
}
