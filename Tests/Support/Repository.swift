package import Foundation

/// The files that readers see, for tests that hold them to their word.
package enum Repository {
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    package static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The contents of each fenced block of a language in a Markdown file.
    package static func blocks(_ language: String, in path: String) throws -> [String] {
        var blocks: [String] = []
        var open: (language: Substring, lines: [Substring])?
        for line in try text(path).split(separator: "\n", omittingEmptySubsequences: false) {
            if let block = open {
                guard line == "```" else {
                    open?.lines.append(line)
                    continue
                }
                if block.language == language { blocks.append(block.lines.joined(separator: "\n")) }
                open = nil
            } else if line.hasPrefix("```") {
                open = (line.dropFirst(3), [])
            }
        }
        return blocks
    }
}
