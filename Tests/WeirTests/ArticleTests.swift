import Foundation
import Hiredis
import TestSupport
import Testing

/// The articles of the documentation: each can be found, and says what the code does.
@Suite struct ArticleTests {
    private static let folder = "Sources/Weir/Weir.docc"

    @Test func everyArticleIsLinkedAndEveryLinkLeadsToOne() throws {
        let folder = Repository.root.appending(path: Self.folder)
        let articles = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".md") && $0 != "Weir.md" }.map { String($0.dropLast(".md".count)) }
        let links = try Repository.text("\(Self.folder)/Weir.md").matches(of: /<doc:(\w+)>/).map { String($0.output.1) }
        #expect(!articles.isEmpty && Set(links) == Set(articles))
    }

    @Test func theAddressesInTheArticleOnClustersAreUnderstood() throws {
        let page = try Repository.text("\(Self.folder)/PastOneMachine.md")
        let urls = page.matches(of: /"(redis\+[^"]+)"/).map { String($0.output.1) }
        #expect(urls.count == 2)
        for url in urls {
            switch try RedisLocation(url: url) {
            case .server: Issue.record("\(url) leads to one server")
            case .sentinels(let sentinels): #expect(sentinels.sentinels.count == 3 && sentinels.primaryName == "weir")
            case .cluster(let seeds): #expect(seeds.count == 3)
            }
        }
    }

    @Test func theArticleOnClustersKnowsTheNumbers() throws {
        let page = try Repository.text("\(Self.folder)/PastOneMachine.md")
        #expect(page.contains("at most \(ClusterTopology.mostHops) times"))
        let first = Int(ClusterTopology.firstPause / .milliseconds(1))
        let longest = ClusterTopology.longestPause / .seconds(1)
        #expect(page.contains("from \(first) milliseconds at the most to \(longest) seconds"))
        #expect(page.contains("\(HashSlot.count / 1000),\(HashSlot.count % 1000) slots"))
    }
}
