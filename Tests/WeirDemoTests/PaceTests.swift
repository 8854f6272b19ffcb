#if Hummingbird
import ArgumentParser
import Testing

@testable import weir_demo

@Suite("What the pacer has to keep") struct PaceTests {
    private func verdict(
        admitted: Int = 50,
        refused: Int = 0,
        seconds: Double = 20,
        refusedInHaste: Int = 45
    ) -> Bool {
        let paced = Crowd.Outcome(admitted: admitted, refused: refused, elapsed: .seconds(seconds))
        let hasty = Crowd.Outcome(admitted: 5, refused: refusedInHaste, elapsed: .milliseconds(20))
        return paced.keepsToTheLimit(of: 50, best: .seconds(18), unlike: hasty)
    }

    @Test func itGetsEverythingThroughInTimeWhereHasteDoesNot() {
        #expect(verdict() && verdict(refused: 2) && verdict(seconds: 20.7))
        #expect(!verdict(admitted: 49))
        #expect(!verdict(refused: 3))
        #expect(!verdict(seconds: 20.8))
        #expect(!verdict(refusedInHaste: 25))
    }

    @Test func theDialectIsOneThatTellsEnough() throws {
        #expect(try Pace.parse(["--redis", "redis://a"]).dialect == .draft10)
        #expect(try Pace.parse(["--redis", "redis://a", "--dialect", "draft-07"]).dialect == .draft07)
        #expect(throws: (any Error).self) { try Pace.parse(["--redis", "redis://a", "--dialect", "x-rate-limit"]) }
    }
}
#endif
