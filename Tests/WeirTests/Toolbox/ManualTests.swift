import Foundation
import TestSupport
import Testing

/// Each line of the operator's manual does what it says, and prints what stands below it.
@Suite struct ManualTests {
    private struct Example {
        let lines: [String]
        var output = ""
    }

    /// The blocks of lines to type, each with the block of output that follows it, if one does.
    private static func examples() throws -> [Example] {
        var examples: [Example] = []
        var (language, block) = (Substring?.none, [Substring]())
        for line in try Repository.text("lua/README.md").split(separator: "\n", omittingEmptySubsequences: false) {
            if language == nil {
                if line.hasPrefix("```") { (language, block) = (line.dropFirst(3), []) }
            } else if line == "```" {
                if language == "sh" { examples.append(Example(lines: block.map(String.init))) }
                if language == "text" { examples[examples.count - 1].output = block.joined(separator: "\n") }
                language = nil
            } else {
                block.append(line)
            }
        }
        return examples
    }

    /// What is another each time: dates, lengths of time, and long numbers, which are times too.
    private static func masked(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/, with: "DATE")
            .replacing(/\b\d+ (ms|s|min|h|d)\b( \d+ (s|min|h)\b)?/, with: "SPAN")
            .replacing(/\b\d{7,16}(-\d+)?\b/, with: "TIME")
            .trimmingCharacters(in: .newlines)
    }

    @Test func everyLinePrintsWhatStandsBelowIt() async throws {
        let toolbox = try Toolbox()
        let other = try Toolbox()
        try await toolbox.fill()
        let examples = try Self.examples()
        #expect(examples.count > 15)
        for example in examples {
            var output: [String] = []
            for line in example.lines {
                let command = line.replacing("redis-cli -h new.example ", with: "OTHER ")
                    .replacing("xargs -n 100 redis-cli ", with: "xargs -n 100 THIS ")
                    .replacing("redis-cli ", with: "redis-cli -e \(toolbox.place) ")
                    .replacing("OTHER ", with: "redis-cli -e \(other.place) ")
                    .replacing("THIS ", with: "redis-cli \(toolbox.place) ")
                    .replacing("tee /dev/stderr", with: "tee -a \(toolbox.server.directory.path)/step")
                output.append(try Tool.run("bash", ["-euo", "pipefail", "-c", command], in: Repository.root))
                if command != line, line.contains("tee /dev/stderr") {
                    output.append(try Tool.run("cat", ["\(toolbox.server.directory.path)/step"]))
                }
            }
            let lines = output.filter { !$0.isEmpty }.joined(separator: "\n")
            #expect(Self.masked(lines) == Self.masked(example.output), "\(example.lines)")
        }
        #expect(try toolbox.server.command("--scan", "--pattern", "weir:{g=acme}*") == "", "the group has moved")
        #expect(try other.server.command("HGET", "weir:{g=acme}/production", "a=crm").hasPrefix("2"))
    }

    @Test func theManualIsShort() throws {
        #expect(
            try Repository.text("lua/README.md").split(separator: "\n", omittingEmptySubsequences: false).count <= 300
        )
    }
}
