import ArgumentParser
import Foundation
import StressHarness

/// One process of a run, which the run starts itself.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "One process of a run; started by the run itself.",
        shouldDisplay: false
    )

    @Option(help: "What all workers are told, as JSON.")
    var plan: String

    @Option(help: "The number of this one.")
    var process: Int

    @Option(help: "The file to record into.")
    var record: String

    func run() async throws {
        endWithParent()
        let plan = try JSONDecoder().decode(StressPlan.self, from: Data(plan.utf8))
        try await Worker(plan, process: process, recordingTo: record).run()
    }

    /// A worker whose run has been killed must not go on asking.
    private func endWithParent() {
        let parent = getppid()
        Thread.detachNewThread {
            while getppid() == parent { usleep(500_000) }
            _exit(1)
        }
    }
}
