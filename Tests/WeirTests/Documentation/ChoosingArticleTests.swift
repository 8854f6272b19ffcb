import Foundation
import TestSupport
import Testing
import Weir

/// The article on rules and slices: its table is what the real script stores.
@Suite struct ChoosingArticleTests {
    /// A row of the table: the rule as written there, and what it means.
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let terms: Terms
        let slice: String
        var testDescription: String { text }

        init(_ text: String, _ limit: Int, _ period: Duration, slices: Int = 128, slice: String) {
            self.text = text
            terms = Terms(limit: limit, period: period.microseconds, slices: slices)
            self.slice = slice
        }
    }

    private static let rows = [
        Row("`Limit(5, per: .minute)`", 5, .minute, slice: "1 ms"),
        Row("`Limit(128, per: .minute)`", 128, .minute, slice: "1 ms"),
        Row("`Limit(600, per: .minute)`", 600, .minute, slice: "0.5 s"),
        Row("`Limit(10_000, per: .day)`", 10_000, .day, slice: "11 min 15 s"),
        Row("`Limit(1_000_000, per: .day)`", 1_000_000, .day, slice: "11 min 15 s"),
        Row("`Limit(10_000, per: .day)`, `slices: 24`", 10_000, .day, slices: 24, slice: "1 h"),
        Row("`Limit(10_000, per: .day)`, `slices: 1024`", 10_000, .day, slices: 1024, slice: "84.4 s"),
    ]

    /// The bytes of a window whose every slice is in use and whose limit is reached.
    private func fullWindow(_ terms: Terms) async throws -> (entries: Int, bytes: Int) {
        let runner = try ScriptRunner(try RedisServer())
        let limit = try #require(terms.limit)
        let entries = min(limit, terms.slices + 1)
        let window = Window(key: Array("weir:try".utf8), terms: terms)
        // From a slice's last microsecond on, so that one slice more than the window has is in use.
        let start = ScriptRunner.epoch - ScriptRunner.epoch % terms.pace.slice + terms.pace.slice - 1
        for entry in 0..<entries {
            let cost = entry == entries - 1 ? limit - (entries - 1) * (limit / entries) : limit / entries
            let time = start + entry * terms.pace.slice
            let verdicts = try await runner.decide([DecisionRequest([window], cost: cost)], at: time)
            guard case .allowed = verdicts[0].status else {
                Issue.record("entry \(entry) of \(entries) is \(verdicts[0].status)")
                break
            }
        }
        return (entries, try #require(Int(try runner.server.command("STRLEN", "weir:try"))))
    }

    @Test(arguments: rows) func aRowOfTheTableIsWhatAFullWindowTakes(row: Row) async throws {
        let (entries, bytes) = try await fullWindow(row.terms)
        let line = "| \(row.text) | \(row.slice) | \(number(entries)) | \(number(bytes)) |"
        #expect(try Repository.text("Sources/Weir/Weir.docc/ChoosingRules.md").contains(line), "\(line)")
    }

    /// The lengths in the table are rounded; these are the exact ones.
    @Test func theSlicesOfTheTable() {
        let exact = [1000, 1000, 468_750, 675_000_000, 675_000_000, 3_600_000_000, 84_375_000]
        #expect(Self.rows.map(\.terms.pace.slice) == exact)
    }

    private func number(_ value: Int) -> String {
        value.formatted(.number.locale(Locale(identifier: "en_US")))
    }
}
