import Foundation
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// The script and the in-memory reference are two programs for one quota: they must never differ.
@Suite struct CreationModelTests {
    @Test(arguments: 0..<4) func scriptAndReferenceAgree(part: Int) async throws {
        let first = SeededGenerator.printedSeed() &+ UInt64(part) &* 1000
        let runner = try ScriptRunner(RedisServer(), source: Scripts.create)
        let seeds: UInt64 = ProcessInfo.processInfo.environment["WEIR_FAST"] == nil ? 5 : 2
        for seed in first..<(first + seeds) {
            let difference = try await compare(seed: seed, operations: 300, runner: runner)
            #expect(difference == nil)
        }
    }

    /// Small mistakes that the comparison has to notice, or it proves nothing.
    @Test(arguments: [
        ("if charged < least then", "if charged <= least then"),
        ("limit - used))", "limit - used + 1))"),
        ("charged = -min(-most, used)", "charged = most"),
        ("used >= max(base, declared) and not reached", "used > max(base, declared) and not reached"),
        ("used >= max(base, declared) and not reached", "used >= max(base, declared)"),
        ("used >= max(base, declared)", "used >= base"),
        ("most > 0 and base > 0", "base > 0"),
        ("min(day, length) - 1", "day - 1"),
        ("plus_months(from, months) > to", "plus_months(from, months) >= to"),
        ("plus_months(reached, months + 1)", "plus_months(now, 1)"),
        ("if to < from then return 0 end", ""),
        ("or base == 0 or growth == 0", "or growth == 0"),
        ("ends > now then base", "ends >= now then base"),
        ("and status == 1 and most", "and most"),
        ("or tonumber(its_most) ~= most", ""),
        ("{ now, 2, charged_before,", "{ now, 2, least,"),
    ])
    func aBrokenScriptIsNoticed(right: String, wrong: String) async throws {
        let source = String(decoding: Scripts.create, as: UTF8.self)
        let broken = source.replacing(right, with: wrong)
        try #require(broken != source, "the script no longer says: \(right)")
        let runner = try ScriptRunner(RedisServer(), source: Array(broken.utf8))
        // Always the same histories; one in twenty shows the rarest of them.
        for seed in UInt64(1)...300 {
            // A script that fails has been noticed too.
            guard let same = try? await compare(seed: seed, operations: 300, runner: runner) == nil, same else {
                return
            }
        }
        Issue.record("not noticed: \(wrong)")
    }

    @Test func operationsAreForgottenAfterADay() {
        let keys = { (name: Int) in
            QuotaKeys(quota: [1], limits: [2], operation: Array("\(name)".utf8))
        }
        let quota = CreationQuota(limit: 1 << 31, monthlyGrowth: 0)
        let day = 86_400_000_000
        var ledger = CreationLedger()
        for name in 0..<5000 {
            let verdict = ledger.decide(
                CreationRequest(keys(name), least: 1, most: 1, quota: quota),
                override: nil,
                at: name * day / 100
            )
            #expect(verdict.status == .done)
        }
        #expect(ledger.operationCount <= 1025, "only the last hundred are needed")
        let last = CreationRequest(keys(4999), least: 1, most: 1, quota: quota)
        let remembered = ledger.decide(last, override: nil, at: 4999 * day / 100 + day - 1)
        #expect(remembered.status == .repeated && remembered.used == 5000)
        let forgotten = ledger.decide(last, override: nil, at: 4999 * day / 100 + day)
        #expect(forgotten.status == .done && forgotten.used == 5001)
    }

    /// The first difference between script and reference in a random history, or nil.
    private func compare(seed: UInt64, operations: Int, runner: ScriptRunner) async throws -> String? {
        var generator = SeededGenerator(seed: seed)
        var ledger = CreationLedger()
        var history = CreationHistory(seed: seed, generator: &generator)
        for number in 0..<operations {
            if let change = history.change(&generator) { _ = try await runner.reply(to: change) }
            let (request, override) = history.request(number, &generator)
            let reply = try await runner.reply(to: request.command(calling: runner.script, at: history.now))
            let expected = ledger.decide(request, override: override, at: history.now)
            history.learn(from: expected)
            guard CreationVerdict(reply) == expected else {
                return "WEIR_SEED=\(seed): call \(number), \(request.least) to \(request.most) of \(request.quota),"
                    + " override \(String(describing: override)): script \(reply), reference \(expected)"
            }
        }
        return nil
    }
}
