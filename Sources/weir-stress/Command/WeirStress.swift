import ArgumentParser

/// The proof that the count is exact: many processes at once, faults, and a checker that knows nothing of Weir's code.
@main
struct WeirStress: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir-stress",
        abstract: "Stress Weir from many processes at once, and check every decision that was made.",
        discussion: """
            'weir-stress run --help' tells of the load and of the faults, 'weir-stress check --help' of the invariants.
            """,
        subcommands: [RunCommand.self, CheckCommand.self, WorkerCommand.self],
        defaultSubcommand: RunCommand.self
    )
}
