import Testing

@testable import WeirClient

@Suite struct PacersTests {
    @Test func oneKeyHasOnePacer() {
        let pacers = Pacers<String>()
        #expect(pacers.pacer(for: "a") === pacers.pacer(for: "a"))
        #expect(pacers.pacer(for: "a") !== pacers.pacer(for: "b"))
        #expect(pacers.count == 2)
    }

    @Test func theOneUsedLongestAgoIsForgotten() {
        let pacers = Pacers<Int>(capacity: 3)
        let first = pacers.pacer(for: 1)
        let second = pacers.pacer(for: 2)
        _ = pacers.pacer(for: 3)
        _ = pacers.pacer(for: 1)
        _ = pacers.pacer(for: 4)
        #expect(pacers.count == 3)
        #expect(pacers.pacer(for: 1) === first)
        #expect(pacers.pacer(for: 2) !== second)
    }

    @Test func aBusyOneIsNotForgotten() async throws {
        let pacers = Pacers<Int>(capacity: 2)
        let busy = pacers.pacer(for: 0)
        let turn = try await busy.turn()
        for key in 1...100 { _ = pacers.pacer(for: key) }
        #expect(pacers.pacer(for: 0) === busy)
        #expect(pacers.count == 2)
        turn.failed()
    }

    @Test func thousandsOfKeysLeaveNoMoreThanTheCapacity() {
        let pacers = Pacers<Int>(capacity: 10)
        for key in 0..<5_000 { _ = pacers.pacer(for: key % 1_000) }
        #expect(pacers.count == 10)
    }
}
