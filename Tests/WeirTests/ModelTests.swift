import Foundation
import LuaScripts
import SeededRandom
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
        ("local left = rule.limit - window[TOTAL]", "local left = rule.limit - window[TOTAL] + 1"),
        ("slice_end = now - now % slice + slice", "slice_end = now - now % slice"),
        ("while oldest <= left do", "while oldest < left do"),
        ("if excess <= 0 then", "if excess < 0 then"),
        ("+ TOLERATED_STEP,", "+ 1e18,"),
        ("wait = max(from, leaves + rule.period - now)", "wait = leaves + rule.period - now"),
        ("for i = 2, 1, -1 do", "for i = 1, 2 do"),
        ("copy.slice, copy.slice_end = pool.slice, pool.slice_end", ""),
        ("if pool then take_from_slice", "if false then take_from_slice"),
        (
            "window[COST], window[TOTAL], window[IS_PACKED] = window[COST] - cost,",
            "window[COST], window[TOTAL], window[IS_PACKED] = window[COST],"
        ),
        ("if cost >= layout.costs or units", "if units"),
        ("or offset % layout.unit ~= 0\n", "\n"),
        ("slice_end, cost, window[STOP] + window[LAYOUT].size", "slice_end, cost, window[STOP]"),
        ("if first ~= layout.start then", "if false then"),
        ("window[TOTAL] - window[COST], true", "window[TOTAL] - window[COST], false"),
        ("pool[OLDEST], pool[IS_WHOLE] = pool[NEWEST], true", "pool[OLDEST] = pool[NEWEST]"),
        ("format('%d', stop - 1)", "format('%d', stop)"),
        ("2 * n + 2, status ~= DONE and status ~= IN_PART", "2 * n + 2, status ~= DONE"),
    ])
    func aBrokenScriptIsNoticed(right: String, wrong: String) async throws {
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let broken = source.replacing(right, with: wrong)
        try #require(broken != source, "the script no longer says: \(right)")
        let runner = try ScriptRunner(RedisServer(), source: Array(broken.utf8))
        // Always the same histories: what they notice once they notice every time.
        for seed in UInt64(1)...40 {
            // A script that fails has been noticed too.
            guard let same = try? await compare(seed: seed, operations: 2000, runner: runner) == nil, same else {
                return
            }
        }
        Issue.record("not noticed: \(wrong)")
    }

    /// What random histories come to too seldom; with the mistake that each is there to notice.
    @Test(arguments: [
        nil, ("or units >= layout.totals", ""),
        ("highest = limit < layout.totals and limit or layout.totals - 1", "highest = limit"),
        ("window[IS_PACKED] = false\n", "\n"),
        ("= false, CHANGED\n    if place", "= true, CHANGED\n    if place"),
        ("(not ends or ends > now)", "(not ends or ends >= now)"),
    ])
    func rareHistoriesAgreeToo(mistake: (right: String, wrong: String)?) async throws {
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let script = mistake.map { source.replacing($0.right, with: $0.wrong) } ?? source
        try #require(mistake == nil || script != source, "the script no longer says: \(String(describing: mistake))")
        let runner = try ScriptRunner(RedisServer(), source: Array(script.utf8))
        var ledger = Ledger()
        var book = LimitBook()
        var isSame = true
        func ask(_ requests: [DecisionRequest], at now: Int) async throws {
            let answers = try await runner.decide(requests, at: now)
            for (request, answer) in zip(requests, answers) where isSame {
                isSame = answer.own(request) == ledger.decide(request, limits: book.limits, at: now).own(request)
            }
        }
        let second = 1_000_000
        // Entries that take a byte each, and a sum that takes three.
        let wide = Window(key: Array("w:{a}".utf8), terms: Terms(limit: 1 << 31, period: 1024 * second, slices: 1024))
        for step in 0..<300 {
            try await ask([DecisionRequest([wide], cost: 250)], at: ScriptRunner.epoch + step * second)
        }
        // A window that gets two entries in one call: its pool's newest lies ahead, as the clock was set back a little.
        let terms = Terms(limit: 100, period: 60 * second, slices: 128)
        // The first of the two all or nothing, which the script decides without a table, or as much of it as fits.
        let later = ScriptRunner.epoch + 400 * second
        for least in [2, 0] {
            let pool = Window(key: Array("p\(least):{a}".utf8), terms: terms)
            let index = Array("p\(least):{a}:parts".utf8)
            func part(of place: Int?) -> Window {
                let pool = place.map { Window.Pool(place: $0, index: index) }
                return Window(key: index + Array(":x".utf8), terms: terms, pool: pool)
            }
            try await ask([DecisionRequest([part(of: nil)], cost: 1)], at: later - second)
            try await ask([DecisionRequest([pool], cost: 1)], at: later)
            let first = DecisionRequest([part(of: nil)], limits: nil, least: least, most: 2)
            try await ask([first, DecisionRequest([pool, part(of: 0)], cost: 3)], at: later - second / 2)
            for step in 0...60 {
                try await ask([DecisionRequest([part(of: nil)], cost: 0)], at: later + 60 * second - step * second / 40)
            }
        }
        // An operator's limit, until exactly then; by itself or among so many that they are not read together, and beside an
        // owner without any.
        for others in [0, 64] {
            let limits = Array("o\(others):{a}/limits".utf8)
            let limited = Window(key: Array("o\(others):{a}:x".utf8), terms: terms)
            let free = Window(key: Array("free\(others):{a}:x".utf8), terms: terms)
            let texts = (0..<others).map { (":\($0)", "1") }
            let end = (LimitStages.field(of: limited.key), "3 \((later + second) / second)")
            for (field, text) in texts + [end] {
                book.set(text, field, under: limits)
                try await runner.store(text, field, under: limits)
            }
            for step in -1...1 {
                let ofOthers = DecisionRequest([free], limits: Array("free:{a}/limits".utf8), cost: 3)
                let requests = [ofOthers, DecisionRequest([limited], limits: limits, cost: 2), ofOthers]
                try await ask(requests, at: later + second + step)
            }
        }
        #expect(isSame == (mistake == nil))
    }

    /// The first difference between script and reference in a random history, or nil.
    private func compare(seed: UInt64, operations: Int, runner: ScriptRunner) async throws -> String? {
        var generator = SeededGenerator(seed: seed)
        var ledger = Ledger()
        var book = LimitBook()
        var history = History(prefix: "m:{\(seed)}", generator: &generator)
        var now = ScriptRunner.epoch + generator.number(0...1_000_000_000)
        var latest = now
        var rest = operations
        while rest > 0 {
            now = history.step(from: now, &generator)
            if generator.once(in: 6) { history.change(&generator) }
            if generator.once(in: 4) {
                let (field, text) = history.override(at: now, &generator)
                book.set(text, field, under: history.limitsKey)
                try await runner.store(text, field, under: history.limitsKey)
            }
            var requests = [history.request(&generator)]
            for _ in 1..<min(rest, generator.number(1...128)) {
                // Now and then the very same subject once more, whose keys a batch does not look up again.
                let isRepeated = generator.once(in: 6)
                requests.append(isRepeated ? requests[requests.count - 1] : history.request(&generator))
            }
            rest -= requests.count
            let answers = try await runner.decide(requests, at: now)
            for (request, answer) in zip(requests, answers) {
                let expected = ledger.decide(request, limits: book.limits, at: now)
                history.learn(from: expected, to: request, at: now)
                guard answer.own(request) == expected.own(request), answer.time == now,
                    answer.limits == expected.limits || request.hasUnreadableLimit(in: expected)
                else {
                    let names = request.windows.map { window in
                        "\(String(decoding: window.key, as: UTF8.self)) \(window.terms.numbers) \(window.pool?.place ?? -1)"
                    }
                    let set = Array(book.limits.values)
                    return
                        "WEIR_SEED=\(seed): at \(now) for \(request.least)...\(request.most) of \(names) with \(set):"
                        + " script \(answer.own(request)) \(answer.limits),"
                        + " reference \(expected.own(request)) \(expected.limits)"
                }
            }
            latest = max(latest, now)
            // What a part's index let go of at a later time is not in it again when the clock is set back.
            if let query = history.query, now == latest {
                let expected = ledger.parts(of: query.index, query.partTerms, at: now)
                let reply = try await runner.reply(to: query.command(calling: runner.script, at: now))
                guard PoolQuery.answer(in: reply)?.parts == expected else {
                    return "WEIR_SEED=\(seed): at \(now) the parts are \(expected), the script says \(reply)"
                }
            }
        }
        return nil
    }

    /// Some keys, what they allow at the moment, and a bias towards the instants where something changes.
    private struct History {
        let limitsKey: [UInt8]
        private var windows: [Window]
        /// How many windows at the end are parts of the first.
        private let parts: Int
        private var edges: [Int] = []

        init(prefix: String, generator: inout SeededGenerator) {
            limitsKey = Array("\(prefix)/limits".utf8)
            windows = []
            for index in 0..<generator.number(1...6) {
                windows.append(Window(key: Array("\(prefix):\(index)".utf8), terms: Self.terms(&generator)))
            }
            parts = generator.element([0, 0, 1, 3])
            for index in 0..<parts { windows.append(Self.part("\(prefix):part:\(index)", of: windows[0])) }
        }

        private static func part(_ key: String, of pool: Window) -> Window {
            Window(key: Array(key.utf8), terms: pool.terms.with(limit: nil))
        }

        private var index: [UInt8] { limitsKey.dropLast("/limits".utf8.count) + Array(":part".utf8) }

        /// The question for all parts, if there are any.
        var query: PoolQuery? { parts == 0 ? nil : PoolQuery(window: windows[0], limits: limitsKey, index: index) }

        /// A field of the limits, and what an operator has put there.
        mutating func override(at now: Int, _ generator: inout SeededGenerator) -> (field: String, text: String?) {
            let window = generator.element(windows)
            let field = LimitStages.field(of: window.key)
            let limit = generator.element([0, 1, 3, 100, 128, 129, 100_000])
            let ends =
                now / 1_000_000 + generator.number(-1...3) * generator.element([1, window.terms.period / 1_000_000])
            edges.append(ends * 1_000_000)
            let text: String? =
                switch generator.number(1...12) {
                case 1...4: nil
                case 5...7: "\(limit)"
                case 8: generator.element(["", "x", "7x", " 7", "7 x", "99999999999", "-1", "1.5", "1e3", "7 8 9"])
                default: "\(limit) \(ends)"
                }
            return (generator.once(in: 3) ? "production" + field : field, text)
        }

        private static func terms(_ generator: inout SeededGenerator) -> Terms {
            Terms(
                limit: generator.element(limits),
                period: generator.element(periods),
                slices: generator.element([1, 2, 12, 128, 128, 128, 1024])
            )
        }

        mutating func change(_ generator: inout SeededGenerator) {
            let index = generator.number(0...(windows.count - 1 - parts))
            // A part whose rule changes is listed for as long as its key was to live; the reference does not mirror that.
            guard index > 0 || parts == 0 else { return }
            windows[index] = Window(key: windows[index].key, terms: Self.terms(&generator))
        }

        func request(_ generator: inout SeededGenerator) -> DecisionRequest {
            let count = generator.number(1...windows.count)
            var chosen = Array(windows.shuffled(using: &generator).prefix(count))
            let limit = chosen.compactMap(\.terms.limit).min() ?? 1000
            if chosen.contains(where: windows.suffix(parts).contains), !chosen.contains(windows[0]) {
                chosen.insert(windows[0], at: generator.number(0...chosen.count))
            }
            let pool = chosen.firstIndex(of: windows[0]).map { Window.Pool(place: $0, index: index) }
            for (place, window) in chosen.enumerated() where windows.suffix(parts).contains(window) {
                chosen[place] = Window(key: window.key, terms: window.terms, pool: pool)
            }
            let (least, most): (Int, Int)
            switch generator.number(1...10) {
            case 1: (least, most) = (0, 0)
            case 2:
                least = -generator.number(1...limit)
                most = least
            case 3: (least, most) = (1, generator.number(1...limit))
            case 4:
                least = generator.element([limit, max(1, limit - 1), limit + 1])
                most = least
            case 5:
                least = generator.number(1...limit)
                most = least
            default:
                least = generator.number(1...max(1, limit / 20))
                most = least
            }
            return DecisionRequest(chosen, limits: HashedKey(limitsKey), least: least, most: most)
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

extension DecisionRequest {
    /// Whether there was no decision because of what an operator has set; where the windows stand means nothing then.
    fileprivate func hasUnreadableLimit(in verdict: Verdict) -> Bool {
        if case .unreadableLimit = verdict.status { true } else { false }
    }
}
