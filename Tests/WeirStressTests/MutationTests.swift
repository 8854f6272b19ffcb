import Foundation
import Hiredis
import LocalServers
import LuaScripts
import StressChecker
import StressHarness
import StressHistory
import TestSupport
import Testing
import Weir

/// A checker that finds nothing proves nothing: Weir with a mistake in it has to be found out, and Weir as it is has not.
@Suite struct MutationTests {
    /// A mistake in the script: what stands there, and what stands there instead.
    struct ScriptMistake: Sendable, CustomStringConvertible {
        let description: String
        let right: String
        let wrong: String
    }

    static let scriptMistakes = [
        ScriptMistake(
            description: "no expiry",
            right: "call('SET', keys[w], tail, 'PXAT', expiries[w])",
            wrong: "call('SET', keys[w], tail)"
        ),
        ScriptMistake(
            description: "off by one",
            right: "limit = limit, period = period",
            wrong: "limit = limit + 1, period = period"
        ),
        ScriptMistake(
            description: "a slice short",
            right: "slice_end = now - now % slice + slice",
            wrong: "slice_end = now - now % slice"
        ),
        ScriptMistake(
            description: "the clock is read twice",
            right: "local reply, filled, position = { now, nil",
            wrong: """
                local again = call('TIME')
                local reply, filled, position = { again[1] * 1000000 + again[2], nil
                """
        ),
        ScriptMistake(
            description: "written before the last check",
            right: "status, detail = rare_steps().refuse(n, least)",
            wrong: """
                status, detail = rare_steps().refuse(n, least)
                local first = opened[1]
                if n > 1 and first[TOTAL] > 0 and first[RULE].limit - first[TOTAL] >= least then
                  first[TOTAL], first[COST] = first[TOTAL] + least, first[COST] + least
                  first[STATE], first[IS_PACKED] = CHANGED, false
                end
                """
        ),
        ScriptMistake(
            description: "floats",
            right: "now = time[1] * 1000000 + time[2]",
            wrong: "now = tonumber(time[1] .. '.' .. time[2]) * 1000000"
        ),
        ScriptMistake(
            description: "what has left is counted",
            right: "while oldest <= left do",
            wrong: "while oldest < left - 3000 do"
        ),
        ScriptMistake(
            description: "a refund that is forgotten by the pool",
            right: "if pool then take_from_slice",
            wrong: "if false then take_from_slice"
        ),
        ScriptMistake(
            description: "a refusal that tells too short a wait",
            right: "leaves + rule.period - now",
            wrong: "leaves + rule.period - now - 1"
        ),
    ]

    @Test(arguments: scriptMistakes) func aBrokenScriptIsFound(mistake: ScriptMistake) async throws {
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let broken = source.replacing(mistake.right, with: mistake.wrong)
        try #require(broken != source, "the script no longer says: \(mistake.right)")
        let isFound = try await isFound(script: Array(broken.utf8), mistake: .none)
        #expect(isFound)
    }

    @Test(arguments: MutantStore.Mistake.allCases) func aBrokenClientIsFound(mistake: MutantStore.Mistake) async throws
    {
        let isFound = try await isFound(script: Scripts.acquire, mistake: mistake)
        #expect(isFound == (mistake != .none))
    }

    /// Whether one of a few short runs shows a mistake: on a busy machine one alone may have too few calls in flight.
    private func isFound(script: [UInt8], mistake: MutantStore.Mistake) async throws -> Bool {
        for _ in 0..<12 {
            let run = ShortRun(scripts: Array(repeating: script, count: 3), mistake: mistake)
            if try await !run.isClean() { return true }
            if mistake == .none, script == Scripts.acquire { return false }
        }
        return false
    }
}
