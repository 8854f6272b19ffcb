import LuaScripts
import TestSupport
import Testing

/// While instances are replaced one by one, some run a script of an earlier version beside some of the present one.
@Suite struct VersionsTests {
    @Test func twoVersionsOfTheScriptShareOneCount() async throws {
        let earlier = try earlierScript()
        let run = ShortRun(scripts: [earlier, Scripts.acquire, earlier, Scripts.acquire])
        var allowed = Array(repeating: 0, count: run.scripts.count)
        // On a busy machine one short run has few decisions.
        for _ in 0..<12 where !allowed.allSatisfy({ $0 > 100 }) {
            let outcome = try await run.outcome()
            #expect(outcome.isClean)
            allowed = zip(allowed, outcome.allowed).map(+)
        }
        #expect(allowed.allSatisfy { $0 > 100 }, "each worker has to be served: \(allowed)")
    }

    /// The earlier script, asked and heard as its own instances do it.
    private func earlierScript() throws -> [UInt8] {
        let script = try Repository.text("Tests/earlier/acquire.lua")
        try #require(Array(script.utf8) != Scripts.acquire, "nothing would be compared")
        let place = "-- The earlier script stands here."
        let translation = try Repository.text("Tests/earlier/translation.lua")
        try #require(translation.contains(place))
        return Array(translation.replacing(place, with: script).utf8)
    }
}
