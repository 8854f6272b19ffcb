import Foundation
import PrometheusExposition
import TestSupport
import Testing

/// What is told of metrics, and what the sources record.
@Suite struct WeirHelpTests {
    /// The labels that the modules of the library write, wherever they are recorded.
    private func recorded() throws -> Set<String> {
        let sources = Repository.root.appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
            .filter { $0.hasPrefix("Weir") && $0.hasSuffix(".swift") }
        return try paths.reduce(into: []) { labels, path in
            let text = try Repository.text("Sources/\(path)")
            labels.formUnion(text.matches(of: /"(weir_[a-z_]+)"/).map { String($0.output.1) })
        }
    }

    @Test func everyMetricHasItsTextAndNoTextIsOfAnother() throws {
        let recorded = try recorded()
        #expect(recorded.count > 10)
        #expect(recorded == Set(WeirHelp.texts.keys))
    }

    @Test func everyMetricHasItsRowInTheArticleOnOperating() throws {
        let lines = try Repository.text("Sources/Weir/Weir.docc/Operating.md").split(separator: "\n")
        for label in try recorded().sorted() {
            #expect(lines.contains { $0.hasPrefix("| `\(label)` |") }, "\(label)")
        }
    }
}
