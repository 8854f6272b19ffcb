import Foundation
import TestSupport
import Testing

/// The article on operating: what it says is counted and logged is what the code counts and logs.
@Suite struct OperatingArticleTests {
    private func article() throws -> String { try Repository.text("Sources/Weir/Weir.docc/Operating.md") }

    private func sources(in folder: String) throws -> String {
        let root = Repository.root.appending(path: folder)
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
    }

    /// The first column of the table under a heading, without its backquotes.
    private func firstColumn(under heading: String) throws -> [String] {
        let section = try #require(try article().split(separator: "### ").first { $0.hasPrefix(heading) })
        return section.matches(of: /\n\| `([^`]+)`/).map { String($0.output.1) }
    }

    @Test func theMetricsInTheTableAreAllThereAre() throws {
        let code = try sources(in: "Sources/Weir") + sources(in: "Sources/WeirHTTP")
        let labels = code.matches(of: /label: "(weir_\w+)"/).map { String($0.output.1) }
        #expect(!labels.isEmpty)
        #expect(Set(try firstColumn(under: "What is counted")) == Set(labels))
    }

    @Test func everyLineOfTheLogInTheTableIsWritten() throws {
        let code = try sources(in: "Sources/Weir") + sources(in: "Sources/Hiredis")
        let lines = try firstColumn(under: "What is logged")
        #expect(lines.count >= 7)
        for line in lines { #expect(code.contains("\"\(line)\""), "\(line)") }
    }

    @Test func theFilesThatTheArticlesNameAreThere() throws {
        let folder = Repository.root.appending(path: "Sources/Weir/Weir.docc")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".md") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for file in text.matches(of: /`((?:lua|deploy|Sources|Tests)\/[\w.\/-]+)`/).map(\.output.1) {
                let path = Repository.root.appending(path: String(file)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(name) names \(file)")
            }
        }
    }
}
