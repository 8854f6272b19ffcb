internal import ArgumentParser

/// What is done with a policy file, apart from running by it.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check a policy file, or print it as documentation.",
        subcommands: [PolicyCheck.self, PolicyPrint.self]
    )
}
