import Foundation
import StressHarness
import StressHistory
import Testing

@Suite struct ConnectionAttemptsTests {
    private static func fault(_ from: Int, _ until: Int) -> Fault { Fault(kind: .stop, from: from, until: until) }

    private static func looks(at times: [Int], made: Int = 1) -> ConnectionAttempts {
        ConnectionAttempts(times.map { .init(from: $0 - 10, until: $0, made: made) })
    }

    @Test func attemptsInOneStretchAreAddedUp() {
        let attempts = Self.looks(at: [1000, 1100, 1200, 2000, 2100], made: 3)
        #expect(attempts.most(in: 500, during: [Self.fault(900, 2200)]) == 9)
        #expect(attempts.most(in: 1001, during: [Self.fault(900, 2200)]) == 12)
        #expect(attempts.most(in: 5000, during: [Self.fault(900, 2200)]) == 15)
    }

    @Test func whatLiesFarFromEveryOutageDoesNotCount() {
        let attempts = Self.looks(at: [100, 110, 120, 5000])
        #expect(attempts.most(in: 100, during: [Self.fault(4950, 5050)]) == 1)
        #expect(attempts.most(in: 100, during: [Self.fault(3000, 3010)]) == 0)
        #expect(attempts.most(in: 100, during: []) == 0)
    }

    @Test func theRushAfterAnOutageCounts() {
        let attempts = Self.looks(at: [1050, 1060, 1070])
        #expect(attempts.most(in: 100, during: [Self.fault(900, 1000)]) == 3)
    }

    @Test func whatWasSeenBetweenTwoLooksCountsForBothSides() {
        let attempts = ConnectionAttempts([
            .init(from: 0, until: 1000, made: 4), .init(from: 1000, until: 1500, made: 2),
        ])
        #expect(attempts.most(in: 10, during: [Self.fault(900, 1000)]) == 6)
    }

    @Test func aFileIsReadUpToALineThatWasCutOff() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try ConnectionAttempts(path: file.path) == ConnectionAttempts([]))
        try Data("1 2 3\n4 5 6\n7 8".utf8).write(to: file)
        let looks = [(1, 2, 3), (4, 5, 6)].map { ConnectionAttempts.Look(from: $0.0, until: $0.1, made: $0.2) }
        #expect(try ConnectionAttempts(path: file.path) == ConnectionAttempts(looks))
        try Data("1 2\n".utf8).write(to: file)
        #expect(throws: HistoryError.self) { try ConnectionAttempts(path: file.path) }
    }
}
