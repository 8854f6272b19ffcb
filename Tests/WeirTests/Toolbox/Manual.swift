import Foundation
import TestSupport

/// The lines to type of `lua/README.md`, and what stands below them.
enum Manual {
    struct Example {
        /// What it stands under.
        let heading: String
        let lines: [String]
        var output = ""
        /// Whether its lines are for the nodes of a cluster, by the names `node1.example` to `node3.example`.
        var isForCluster: Bool { heading == "In a cluster" }
    }

    /// The blocks of lines to type, each with the block of output that follows it, if one does.
    static func examples() throws -> [Example] {
        var examples: [Example] = []
        var (heading, language, block) = ("", Substring?.none, [Substring]())
        for line in try Repository.text("lua/README.md").split(separator: "\n", omittingEmptySubsequences: false) {
            if language == nil {
                if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
                if line.hasPrefix("```") { (language, block) = (line.dropFirst(3), []) }
            } else if line == "```" {
                if language == "sh" { examples.append(Example(heading: heading, lines: block.map(String.init))) }
                if language == "text" { examples[examples.count - 1].output = block.joined(separator: "\n") }
                language = nil
            } else {
                block.append(line)
            }
        }
        return examples
    }

    /// Without what is another each time: dates, lengths of time, and long numbers, which are times too.
    static func masked(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/, with: "DATE")
            .replacing(/\b\d+ (ms|s|min|h|d)\b( \d+ (s|min|h)\b)?/, with: "SPAN")
            .replacing(/\b\d{7,16}(-\d+)?\b/, with: "TIME")
            .trimmingCharacters(in: .newlines)
    }

    /// What a line prints; of a loop, then what its steps print.
    ///
    /// - Parameters:
    ///   - line: a line to type.
    ///   - place: what finds the server that it is for.
    ///   - other: what finds the one that it calls `new.example`.
    /// - Returns: what it prints, and what its steps print if it is a loop.
    /// - Throws: if a command fails.
    static func run(_ line: String, at place: String, other: String = "") throws -> [String] {
        let steps = FileManager.default.temporaryDirectory.appending(path: "weir-steps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: steps) }
        let command = line.replacing("redis-cli -h new.example ", with: "OTHER ")
            .replacing("xargs -n 100 redis-cli ", with: "xargs -n 100 THIS ")
            .replacing("redis-cli ", with: "redis-cli -e \(place) ")
            .replacing("OTHER ", with: "redis-cli -e \(other) ")
            .replacing("THIS ", with: "redis-cli \(place) ")
            .replacing("tee /dev/stderr", with: "tee -a \(steps.path)")
        let printed = try Tool.run("bash", ["-euo", "pipefail", "-c", command], in: Repository.root)
        guard line.contains("tee /dev/stderr") else { return [printed] }
        return [printed, try Tool.run("cat", [steps.path])]
    }
}
