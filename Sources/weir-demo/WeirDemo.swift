internal import ArgumentParser

/// The example service, and the driver that proves that several instances of it share one count.
@main
struct WeirDemo: AsyncParsableCommand {
    #if Hummingbird
    static let configuration = CommandConfiguration(
        commandName: "weir-demo",
        abstract: "An example API behind Weir, several instances behind one Redis.",
        subcommands: [Drive.self, Pace.self, PolicyCommand.self, Serve.self],
        defaultSubcommand: Drive.self
    )
    #else
    static let configuration = CommandConfiguration(
        commandName: "weir-demo",
        abstract: "This build has no HTTP server. Run deploy/demo, or: swift run --traits Hummingbird weir-demo",
        subcommands: [PolicyCommand.self]
    )
    #endif
}
