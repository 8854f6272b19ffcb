import Foundation
import TestSupport

/// What `deploy/cluster/start` or `deploy/sentinel/start` has started and left running, stopped when it is released.
final class TriedServers: Sendable {
    let kind: String
    /// What the script has printed.
    let output: String

    init(_ kind: String, _ options: [String]) throws {
        self.kind = kind
        output = try Self.run("deploy/\(kind)/start", options + ["--detach"])
    }

    deinit { _ = try? stop() }

    /// Runs a script of the repository, and ends it if it hangs.
    static func run(_ script: String, _ words: [String]) throws -> String {
        try Tool.run("timeout", ["-k", "5", "120", script] + words, in: Repository.root)
    }

    /// What is printed after a word.
    func line(_ word: String) -> String {
        let line = output.split(separator: "\n").first { $0.hasPrefix("  \(word) ") }
        return (line ?? "").dropFirst(2 + word.count).trimmingCharacters(in: .whitespaces)
    }

    /// Does what is printed after a word, as somebody would who copies it.
    @discardableResult
    func copied(_ word: String) throws -> String { try typed(line(word)) }

    /// Does what somebody types.
    func typed(_ line: String) throws -> String {
        let words = ["-k", "5", "60", "bash", "-euo", "pipefail", "-c", "\(Self.closingTheRest)\n\(line)"]
        return try Tool.run("timeout", words, in: Repository.root)
    }

    /// A process has ended for Foundation once nobody has what it inherited: a server that it leaves behind must not.
    static let closingTheRest = """
        for path in /proc/self/fd/*; do [ ${path##*/} -le 2 ] || eval "exec ${path##*/}>&-"; done
        """

    var url: String { line("for Weir") }
    var directory: String { line("stop").split(separator: " ").last.map(String.init) ?? "" }

    /// Those of the servers, the first one first.
    var ports: [Int] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { Int($0) }.sorted()
        }
    }

    /// What redis-cli prints for one that may do everything.
    func ask(_ port: Int, _ words: String...) throws -> String {
        let user = ["--user", "operator", "--pass", RedisServer.password, "--no-auth-warning"]
        let isOpen = !FileManager.default.fileExists(atPath: "\(directory)/users.acl")
        return try Tool.run("redis-cli", ["-p", "\(port)"] + (isOpen ? [] : user) + words)
    }

    func stop() throws -> String { try Self.run("deploy/\(kind)/stop", [directory]) }
}
