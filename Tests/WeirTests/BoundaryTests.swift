import TestSupport
import Testing
import Weir

/// Limits and windows at the ends of their ranges, one microsecond on either side of every edge.
@Suite struct BoundaryTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let limit: Int
        let period: Int
        /// Where in its slice the first admission falls: first, second or last microsecond.
        let place: Int

        var testDescription: String { "limit \(limit), window \(period) us, place \(place)" }
    }

    private static let rows = [1, 128, 129, 1 << 31].flatMap { limit in
        [1000, 1001, 60_000_000, 86_400_000_000, 31_622_400_000_000].flatMap { period in
            [0, 1, -1].map { Row(limit: limit, period: period, place: $0) }
        }
    }

    @Test func everyRowInTheScriptAndInTheReference() async throws {
        let runner = try ScriptRunner(RedisServer())
        for (index, row) in Self.rows.enumerated() {
            let key = Array("row:\(index)".utf8)
            try await check(row, key) { try await runner.decide([$0], at: $1)[0] }
            let ledger = LedgerBox()
            try await check(row, key) { ledger.ledger.decide($0, at: $1) }
        }
    }

    private final class LedgerBox {
        var ledger = Ledger()
    }

    private func check(
        _ row: Row,
        _ key: [UInt8],
        decide: (DecisionRequest, Int) async throws -> Verdict
    ) async throws {
        let terms = Terms(limit: row.limit, period: row.period, slices: 128)
        // Written out from the definition, not taken from the code under test.
        let slice = row.limit <= 128 ? 1000 : (row.period + 127) / 128
        let sliceStart = (ScriptRunner.epoch / slice + 1) * slice
        let now = row.place < 0 ? sliceStart + slice - 1 : sliceStart + min(row.place, slice - 1)
        let leaves = sliceStart + slice + row.period
        let windows = [Window(key: key, terms: terms)]
        func ask(_ cost: Int, at time: Int) async throws -> Verdict {
            try await decide(DecisionRequest(windows, cost: cost), time)
        }

        var verdict = try await ask(0, at: now)
        #expect(verdict.status == .allowed(charged: 0) && verdict.used(0) == 0 && verdict.reset(0) == 0, "\(row)")
        verdict = try await ask(row.limit + 1, at: now)
        #expect(verdict.status == .never(ceiling: row.limit) && verdict.used(0) == 0, "\(row)")
        verdict = try await ask(row.limit, at: now)
        #expect(verdict.status == .allowed(charged: row.limit), "\(row)")
        #expect(verdict.used(0) == row.limit && verdict.reset(0) == leaves - now, "\(row)")
        for cost in Set([1, row.limit]) {
            for time in [now, leaves - 1] {
                verdict = try await ask(cost, at: time)
                #expect(verdict.status == .denied(retryAfter: leaves - time), "\(row), cost \(cost)")
            }
        }
        verdict = try await ask(row.limit + 1, at: leaves - 1)
        #expect(verdict.status == .never(ceiling: row.limit), "\(row)")
        verdict = try await ask(0, at: leaves - 1)
        #expect(verdict.status == .allowed(charged: 0) && verdict.used(0) == row.limit, "\(row)")
        verdict = try await ask(0, at: leaves)
        #expect(verdict.status == .allowed(charged: 0) && verdict.used(0) == 0, "\(row)")
        verdict = try await ask(1, at: leaves)
        #expect(verdict.status == .allowed(charged: 1) && verdict.used(0) == 1, "\(row)")
        verdict = try await ask(-1, at: leaves + 1)
        #expect(verdict.used(0) == 0 && verdict.reset(0) == 0, "\(row)")
    }
}
