import Foundation
import LuaScripts
import TestSupport
import Testing
import Weir

/// The script and the in-memory reference are two programs for one algorithm: they must never differ.
@Suite struct ModelTests {
    /// Limits, windows and slices that one key may be asked about in the course of a history.
    private static let limits: [Int?] = [1, 2, 5, 100, 128, 129, 130, 1000, 70_000, 20_000_000, 1 << 31, nil]
    private static let periods = [1000, 1001, 5000, 128_001, 1_000_000, 60_000_000, 86_400_000_000, 31_622_400_000_000]

    @Test(arguments: 0..<8) func scriptAndReferenceAgree(part: Int) async throws {
        let first = SeededGenerator.printedSeed() &+ UInt64(part) &* 1000
        let runner = try ScriptRunner(RedisServer())
        let seeds: UInt64 = ProcessInfo.processInfo.environment["WEIR_FAST"] == nil ? 25 : 5
        for seed in first..<(first + seeds) {
            let difference = try await compare(seed: seed, operations: 2000, runner: runner)
            #expect(difference == nil)
        }
    }

    /// Small mistakes that the comparison has to notice, or it proves nothing.
    @Test(arguments: [
        ("rule.limit - total[opened[i]])", "rule.limit - total[opened[i]] + 1)"),
        ("slice_end = now - now % slice + slice", "slice_end = now - now % slice"),
        ("oldest_end[w] + rule.period <= now do", "oldest_end[w] + rule.period < now do"),
        ("if excess <= 0 then return base", "if excess < 0 then return base"),
        ("> TOLERATED_STEP then", "> 1e18 then"),
        ("wait = max(wait,", "wait = min(wait,"),
        (
            "newest_cost[w], total[w], is_packed[w] = newest_cost[w] - cost,",
            "newest_cost[w], total[w], is_packed[w] = newest_cost[w],"
        ),
        ("if newest_cost[w] >= layout.costs or", "if"),
        ("stop[w] = stop[w] + layout_at[w].size", "stop[w] = stop[w]"),
        ("newest_cost[w], is_packed[w] = newest_cost[w] + cost, false", "newest_cost[w] = newest_cost[w] + cost"),
    ])
    func aBrokenScriptIsNoticed(right: String, wrong: String) async throws {
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let broken = source.replacing(right, with: wrong)
        try #require(broken != source, "the script no longer says: \(right)")
        let runner = try ScriptRunner(RedisServer(), source: Array(broken.utf8))
        let first = SeededGenerator.printedSeed()
        for seed in first..<(first + 40) {
            // A script that fails has been noticed too.
            guard let same = try? await compare(seed: seed, operations: 2000, runner: runner) == nil, same else {
                return
            }
        }
        Issue.record("not noticed: \(wrong)")
    }

    /// The first difference between script and reference in a random history, or nil.
    private func compare(seed: UInt64, operations: Int, runner: ScriptRunner) async throws -> String? {
        var generator = SeededGenerator(seed: seed)
        var ledger = Ledger()
        var history = History(prefix: "m:\(seed)", generator: &generator)
        var now = ScriptRunner.epoch + generator.number(0...1_000_000_000)
        var rest = operations
        while rest > 0 {
            now = history.step(from: now, &generator)
            if generator.once(in: 6) { history.change(&generator) }
            let requests = (0..<min(rest, generator.number(1...128))).map { _ in history.request(&generator) }
            rest -= requests.count
            let answers = try await runner.decide(requests, at: now)
            for (request, answer) in zip(requests, answers) {
                let expected = ledger.decide(request, at: now)
                history.learn(from: expected, to: request, at: now)
                guard answer.own(request) == expected.own(request), answer.time == now else {
                    return "WEIR_SEED=\(seed): at \(now) for \(request):"
                        + " script \(answer.own(request)), reference \(expected.own(request))"
                }
            }
        }
        return nil
    }

    /// Some keys, what they allow at the moment, and a bias towards the instants where something changes.
    private struct History {
        private var windows: [Window]
        private var edges: [Int] = []

        init(prefix: String, generator: inout SeededGenerator) {
            windows = []
            for index in 0..<generator.number(1...6) {
                windows.append(Window(key: Array("\(prefix):\(index)".utf8), terms: Self.terms(&generator)))
            }
        }

        private static func terms(_ generator: inout SeededGenerator) -> Terms {
            Terms(
                limit: generator.element(limits),
                period: generator.element(periods),
                slices: generator.element([1, 2, 12, 128, 128, 128, 1024])
            )
        }

        mutating func change(_ generator: inout SeededGenerator) {
            let index = generator.number(0...(windows.count - 1))
            windows[index] = Window(key: windows[index].key, terms: Self.terms(&generator))
        }

        func request(_ generator: inout SeededGenerator) -> DecisionRequest {
            let count = generator.number(1...windows.count)
            let chosen = Array(windows.shuffled(using: &generator).prefix(count))
            let limit = chosen.compactMap(\.terms.limit).min() ?? 1000
            switch generator.number(1...10) {
            case 1: return DecisionRequest(chosen, cost: 0)
            case 2: return DecisionRequest(chosen, cost: -generator.number(1...limit))
            case 3: return DecisionRequest(chosen, least: 1, most: generator.number(1...limit))
            case 4: return DecisionRequest(chosen, cost: generator.element([limit, max(1, limit - 1), limit + 1]))
            case 5: return DecisionRequest(chosen, cost: generator.number(1...limit))
            default: return DecisionRequest(chosen, cost: generator.number(1...max(1, limit / 20)))
            }
        }

        mutating func learn(from verdict: Verdict, to request: DecisionRequest, at now: Int) {
            if case .denied(let wait) = verdict.status { edges.append(now + wait) }
            edges.append(now + verdict.reset(0))
            if edges.count > 8 { edges.removeFirst(4) }
        }

        func step(from now: Int, _ generator: inout SeededGenerator) -> Int {
            let period = generator.element(windows).terms.period
            let next =
                switch generator.number(1...20) {
                case 1...6: now
                case 7...9: now + generator.number(1...1000)
                case 10...12: now + generator.number(1...max(1, period / 50))
                case 13...15: (edges.isEmpty ? now : generator.element(edges)) + generator.number(-1...1)
                case 16, 17: now + generator.number(0...period)
                case 18: now - generator.number(1...1_000_000)
                case 19: now - generator.number(1...max(1, period))
                default: now + 2 * period
                }
            // Keys expire by the server's clock, which the history must not fall behind.
            return min(max(next, ScriptRunner.epoch), 9_000_000_000_000_000)
        }
    }
}
