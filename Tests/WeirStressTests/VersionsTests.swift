import LuaScripts
import TestSupport
import Testing

/// While instances are replaced one by one, some run a script of an earlier version beside some of the present one.
@Suite struct VersionsTests {
    @Test func twoVersionsOfTheScriptShareOneCount() async throws {
        let earlier = try Array(Repository.text("Tests/earlier/acquire.lua").utf8)
        try #require(earlier != Scripts.acquire, "nothing would be compared: the present script is the earlier one")
        let isClean = try await ShortRun(scripts: [earlier, Scripts.acquire, earlier, Scripts.acquire]).isClean()
        #expect(isClean)
    }
}
