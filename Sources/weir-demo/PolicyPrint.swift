internal import ArgumentParser
internal import WeirPolicy

/// Prints the limits of a policy file as documentation.
struct PolicyPrint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print",
        abstract: "Print the limits as Markdown, or as a document of OpenAPI 3.1."
    )

    /// What is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case markdown
        case openapi
    }

    @Option(help: "markdown or openapi.")
    var format = Format.markdown

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let policy = try PolicyCheck.read(file)
        switch format {
        case .markdown: print(policy.markdown, terminator: "")
        case .openapi: print(policy.openAPI, terminator: "")
        }
    }
}
