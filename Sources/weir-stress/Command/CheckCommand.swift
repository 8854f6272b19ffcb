import ArgumentParser
import StressHarness

/// Checks a history that was written before.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a history: exit 0 only if every decision in it can be true.",
        discussion: """
            Reads JSON Lines as --history writes them, one decision a line, in any order and of any length. The checker \
            computes everything from the recorded facts alone:

              S1  safety            no window ever held more than its limit
              S2  refusal           nothing was refused that had room
              S3  conservation      what Redis held is what was admitted
              S4  all or nothing    a decision was charged to all of its windows or to none
              S5  order             who was answered before another asked was decided before
              S6  truth             remaining, reset and retryAfter are what they had to be

            A file that was changed, cut or is empty is refused with the line that shows it.
            """
    )

    @Argument(help: "The history.")
    var file: String

    func run() async throws {
        let isClean = try await HistoryCheck(path: file).run()
        guard isClean else { throw ExitCode(1) }
    }
}
