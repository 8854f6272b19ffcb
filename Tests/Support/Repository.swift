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
        var block: [Substring]?
        for line in try text(path).split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = block {
                if line == "```" {
                    blocks.append(lines.joined(separator: "\n"))
                    block = nil
                } else {
                    block = lines + [line]
                }
            } else if line == "```\(language)" {
                block = []
            }
        }
        return blocks
    }
}
