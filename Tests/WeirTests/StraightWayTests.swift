import Foundation
import Hiredis
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// Most decisions take a straight way through the script, and the general one could make them all: they must never differ
/// in what is answered, in what is stored, or in when that expires.
@Suite struct StraightWayTests {
    /// Where the script finds out whether there is a straight way.
    private static let entrance = "if least > 0 and least <= most then"

    @Test(arguments: 0..<4) func decidesAsTheGeneralWay(part: Int) async throws {
        let first = SeededGenerator.printedSeed() &+ UInt64(part) &* 1000
        let ways = try Ways()
        let seeds: UInt64 = ProcessInfo.processInfo.environment["WEIR_FAST"] == nil ? 60 : 15
        for seed in first..<(first + seeds) {
            let difference = try await ways.compare(seed: seed)
            #expect(difference == nil)
        }
    }

    @Test(arguments: Lone.allCases) func decidesOverOneWindowAsTheGeneralWay(lone: Lone) async throws {
        let difference = try await Ways().compare(lone, seed: SeededGenerator.printedSeed())
        #expect(difference == nil)
    }

    /// One window, asked again and again.
    enum Lone: CaseIterable {
        /// Until its value is too long to grow in place, and its first entries have left.
        case long
        /// Until what was there at first is so long ago that when its key expires needs more bytes.
        case sparse

        var terms: Terms {
            switch self {
            case .long: Terms(limit: nil, period: 1_000_000, slices: 1024)
            case .sparse: Terms(limit: 100, period: 3_600_000_000, slices: 128)
            }
        }

        /// Microseconds from one request to the next, at most.
        var longestPause: Int {
            switch self {
            case .long: 5000
            case .sparse: 1_800_000_000
            }
        }
    }

    /// Small mistakes in the straight way that the comparison has to notice, or it proves nothing.
    @Test(arguments: [
        ("and units <= bound and requests[at] == w do", "and requests[at] == w do"),
        ("and units <= bound and requests[at] == w do", "and units <= bound do"),
        ("if other ~= i and requests[position + other - 1] == w then is_clear = false end", ""),
        ("local is_clear = pool_place == 0 or pool", "local is_clear = true"),
        ("or window[TOTAL] == 0 or window[STATE] == DUE", "or window[STATE] == DUE"),
        ("if n > 1 or in_force.declared ~= rule then break end", "if in_force.declared ~= rule then break end"),
        ("or pool and pool[NEWEST] > rule.slice_end or", "or"),
        ("tails[w], places[w], expiries[w], ruled[w] = nil, nil, nil, nil", "tails[w] = nil"),
        ("tails[w], places[w], expiries[w], ruled[w] = nil, nil, nil, nil", "ruled[w] = nil"),
        ("charge(opened[i], passed * most, has_parts", "charge(opened[i], wanted * most, has_parts"),
        ("pool_at[place] > 0 and position + last * length or 0, length do", "0, length do"),
        ("          if shared and shared[i] then total, reset = opened[i][TOTAL], resets[i] end\n", ""),
        ("'PXAT', expiries[w])\n      if index_of and index_of[w] then", "'PXAT', expiries[w])\n      if false then"),
        ("windows[w], tails[w], places[w], ruled[w] = window, nil, nil,", "windows[w], ruled[w] = window,"),
        ("elseif ruled[w] or is_any_limited", "elseif is_any_limited"),
        ("if own_count > 1 or shared and has_ends", "if shared and has_ends"),
        ("or units - freed > limit", ""),
        ("or newest > slice_end or spare < period or", "or newest > slice_end or"),
        ("if spare < period or spare > longest then", "if spare > longest then"),
        ("              if moved_expiry - base >= expiry_bound then break end\n", ""),
        ("if not first_value or most > limit or", "if not first_value or"),
        ("value and read(value, rule)[EXPIRY] or 0", "window[EXPIRY]"),
        ("if units <= in_force.limit then", "if units <= limit then"),
        ("or window[NEWEST] < in_force.slice_end then break end", "then break end"),
        ("elseif window[REFUSED] == least and", "elseif window[REFUSED] and"),
        ("          if total == 0 then reset = 0 end\n", ""),
        ("elseif newest == slice_end and cost + most < costs then", "elseif newest == slice_end then"),
        ("            elseif newest == slice_end then\n", "            else\n"),
        ("base / BASE_UNIT, expiry) .. sub(value, first,", "base / BASE_UNIT, expiry) .. sub(value, begin,"),
        ("      call('SET', keys[w], tail, 'KEEPTTL')\n", "      call('SET', keys[w], tail, 'PX', 90000)\n"),
    ])
    func aMistakeIsNoticed(right: String, wrong: String) async throws {
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let broken = source.replacing(right, with: wrong)
        try #require(broken != source, "the script no longer says: \(right)")
        let ways = try Ways(broken)
        // Always the same histories: what they notice once they notice every time.
        do {
            guard try await ways.compare(seed: 1) == nil else { return }
            for lone in Lone.allCases {
                guard try await ways.compare(lone, seed: 1) == nil else { return }
            }
            // First those that have noticed what the first 15 do not.
            for seed in [98, 64, 59, 18, 17, 16] + Array(UInt64(2)...150) {
                guard try await ways.compare(seed: seed) == nil else { return }
            }
            Issue.record("not noticed: \(wrong)")
        } catch is RedisError {
            // The script cannot go on.
        }
    }

    /// The script, and the same without a straight way, each with a server of its own.
    private struct Ways {
        let straight: ScriptRunner
        let general: ScriptRunner

        init(_ script: String = String(decoding: Scripts.acquire, as: UTF8.self)) throws {
            let entrance = StraightWayTests.entrance
            let closed = script.replacing(entrance, with: "if false then")
            try #require(closed != script, "the script no longer says: \(entrance)")
            straight = try ScriptRunner(RedisServer(), source: Array(script.utf8))
            general = try ScriptRunner(RedisServer(), source: Array(closed.utf8))
        }

        /// The first difference in a random history, or nil.
        func compare(seed: UInt64) async throws -> String? {
            var generator = SeededGenerator(seed: seed)
            var history = BatchHistory(prefix: "w:{\(seed)}", &generator)
            for number in 0..<60 {
                history.step(&generator)
                let disturbance = try await history.disturbance(&generator) { key in
                    guard case .text(let bytes) = try await reply(straight, "GET", key) else { return nil }
                    return bytes
                }
                if let disturbance {
                    for way in [straight, general] { _ = try await way.reply(to: disturbance) }
                }
                let requests = history.requests(&generator)
                if let difference = try await decided(requests, at: history.now) {
                    return "WEIR_SEED=\(seed): batch \(number): \(difference)"
                }
                guard number.isMultiple(of: 6) || number == 59 else { continue }
                if let difference = try await stored(history) {
                    return "WEIR_SEED=\(seed): batch \(number): \(difference)"
                }
            }
            return nil
        }

        /// The first difference in what happens to one window, or nil.
        func compare(_ lone: Lone, seed: UInt64) async throws -> String? {
            var generator = SeededGenerator(seed: seed)
            let window = Window(key: Array("\(lone):{\(seed)}".utf8), terms: lone.terms)
            var now = ScriptRunner.epoch
            for number in 0..<700 {
                now += generator.number(0...lone.longestPause)
                let request = DecisionRequest([window], cost: generator.number(1...300))
                var difference = try await decided([request], at: now)
                if difference == nil { difference = try await stored(window.key) }
                if let difference { return "WEIR_SEED=\(seed): call \(number): \(difference)" }
            }
            return nil
        }

        /// The difference in what a batch is answered.
        private func decided(_ requests: [DecisionRequest], at now: Int) async throws -> String? {
            let batch = Batch(requests)
            let answer = try await straight.reply(to: batch.command(calling: straight.script, at: now))
            let expected = try await general.reply(to: batch.command(calling: general.script, at: now))
            return answer == expected ? nil : "at \(now) \(answer), and not \(expected)"
        }

        /// The first difference in what is stored.
        private func stored(_ history: BatchHistory) async throws -> String? {
            for key in history.keys.windows {
                if let difference = try await stored(key) { return difference }
            }
            for index in history.keys.indexes {
                let lists = try await (list(straight, index), list(general, index))
                guard lists.0 == lists.1 else { return "the parts are \(lists.0), and not \(lists.1)" }
            }
            return nil
        }

        /// The difference in what is stored of a window.
        private func stored(_ key: [UInt8]) async throws -> String? {
            let name = String(decoding: key, as: UTF8.self)
            let values = try await (reply(straight, "GET", key), reply(general, "GET", key))
            guard values.0 == values.1 else { return "\(name) holds \(values.0), and not \(values.1)" }
            let expiries = try await (straight.expiry(of: name), general.expiry(of: name))
            guard Self.isSame(expiries.0, expiries.1) else {
                return "\(name) expires at \(expiries.0 ?? 0), and not \(expiries.1 ?? 0)"
            }
            return nil
        }

        /// Redis 6 does not tell when a key expires: what is computed there may be off by a tick of the clock or two.
        private static func isSame(_ expiry: Int?, _ other: Int?) -> Bool {
            guard let expiry, let other else { return expiry == other }
            return abs(expiry - other) <= (RedisServer.majorVersion < 7 ? 20 : 0)
        }

        private func reply(_ runner: ScriptRunner, _ verb: String, _ key: [UInt8]) async throws -> Reply {
            var command = Command(verb)
            command.append(key)
            return try await runner.reply(to: command)
        }

        private func list(_ runner: ScriptRunner, _ key: [UInt8]) async throws -> Reply {
            try await runner.reply(to: Command("ZRANGE", String(decoding: key, as: UTF8.self), "0", "-1", "WITHSCORES"))
        }
    }
}
