import ArgumentParser
import StressChecker
import StressHarness

/// Checks a history that was written before.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a history: exit 0 only if every decision in it can be true.",
        discussion: """
            Reads JSON Lines as --history writes them, one decision a line, in any order and of any length. The checker \
            computes everything from the recorded facts alone. A file that was changed, cut or is empty is refused with the \
            line that shows it.


            """ + Self.invariants
    )

    private static var invariants: String {
        let lines = Invariant.allCases.map { "  \($0.code)  \($0.title)" }
        return (["What is checked:", ""] + lines).joined(separator: "\n")
    }

    @Argument(help: "The history.")
    var file: String

    func run() async throws {
        let isClean = try await HistoryCheck(path: file).run()
        guard isClean else { throw ExitCode(1) }
    }
}
