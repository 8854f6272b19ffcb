import Foundation
import LuaScripts
import TestSupport
import Testing
import Weir

/// How the limit grows, day by day, against Foundation's calendar.
@Suite struct CreationGrowthTests {
    private static let day = 86_400_000_000

    /// When the limit is reached: whole seconds in UTC, and microseconds beyond.
    @Test(arguments: [
        ("2027-01-31T10:00:00Z", 0), ("2028-01-31T10:00:00Z", 0), ("2028-01-30T23:59:59Z", 999_999),
        ("2028-02-29T00:00:00Z", 0), ("2026-11-30T23:59:59Z", 999_999), ("2027-03-01T00:00:00Z", 0),
        ("2099-12-31T12:30:00Z", 1), ("2027-10-31T01:30:00Z", 0),
    ])
    func thirtyMonths(start: String, microseconds: Int) async throws {
        let date = try Date(start, strategy: .iso8601)
        let reached = Int(date.timeIntervalSince1970) * 1_000_000 + microseconds
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let growths = try (1...32).map { months in
            let growth = try #require(calendar.date(byAdding: .month, value: months, to: date))
            return Int(growth.timeIntervalSince1970) * 1_000_000 + microseconds
        }

        let runner = try ScriptRunner(RedisServer(), source: Scripts.create)
        let keys = QuotaKeys(quota: Array("weir:{g}/objects".utf8), limits: Array("weir:{g}/limits".utf8))
        let quota = CreationQuota(limit: 5000, monthlyGrowth: 100)
        var ledger = CreationLedger()

        /// What both say; they must agree.
        func call(_ least: Int, upTo most: Int, at time: Int) async throws -> CreationVerdict {
            let request = CreationRequest(keys, least: least, most: most, quota: quota)
            let reply = try await runner.reply(to: request.command(calling: runner.script, at: time))
            let expected = ledger.decide(request, override: nil, at: time)
            #expect(CreationVerdict(reply) == expected)
            return expected
        }

        let first = try await call(5000, upTo: 5000, at: reached)
        #expect(first.status == .done && first.reached == reached)
        var used = 5000
        let end = growths[29] + Self.day
        let days = stride(from: reached, to: end, by: Self.day)
        let instants = growths.prefix(30).flatMap { [$0 - 1, $0] }
        for time in Set(Array(days) + instants).sorted() {
            let months = growths.count { $0 <= time }
            let limit = 5000 + 100 * months
            let peek = try await call(0, upTo: 0, at: time)
            #expect(peek.limit == limit && peek.nextGrowth == growths[months] && peek.used == used)
            if time == growths[months] - 1, used == limit {
                let early = try await call(1, upTo: 1, at: time)
                #expect(early.status == .refused, "a microsecond before the \(months + 1)th growth")
            }
            // What has grown in three months is used up at once.
            if months > 0, months % 3 == 0, time == growths[months - 1] {
                let grown = try await call(1, upTo: 1000, at: time)
                #expect(grown.status == .done && grown.charged == 300 && grown.used == limit)
                used = limit
            }
        }
        #expect(used == 8000)
        let last = try await call(1, upTo: 1, at: end)
        #expect(last.status == .refused && last.limit == 8000)
    }
}
