internal import ArgumentParser
internal import Foundation
internal import WeirPolicy

/// Says whether a service would start with a policy file, and everything that is wrong with it.
struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with a policy file; exits with 0 only if nothing is."
    )

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let policy = try PolicyCheck.read(file)
        let count = policy.rules.count
        print("\(file): \(count) rule\(count == 1 ? "" : "s"), nothing is wrong")
    }

    /// The policy of a file; complaints go to standard error.
    static func read(_ file: String) throws -> Policy {
        do throws(PolicyError) {
            return try Policy(contentsOf: file)
        } catch {
            let lines = error.complaints.map { "\(file): \($0)\n" }.joined()
            FileHandle.standardError.write(Data(lines.utf8))
            throw ExitCode.failure
        }
    }
}
