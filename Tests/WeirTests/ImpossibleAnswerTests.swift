import Hiredis
import Testing
import Weir

/// Numbers that no script of Weir counts to are no answer, so that no sum of them ends the process.
@Suite struct ImpossibleAnswerTests {
    private static let request = DecisionRequest(
        [Window(key: Array("w".utf8), terms: Terms(limit: 5, period: 60_000_000, slices: 128))],
        cost: 1
    )

    @Test(arguments: [Int.max, .min, 1 << 53 + 1, -(1 << 53) - 1], [0, 1, 2, 3, 4])
    func noDecisionIsMadeOfThem(number: Int, place: Int) {
        var numbers = [1_795_389_975_000_000, -1, 60_000_000, 5, 60_000_000]
        #expect(Batch([Self.request]).verdicts(in: .integers(numbers))?.count == 1)
        numbers[place] = number
        #expect(Batch([Self.request]).verdicts(in: .integers(numbers)) == nil)
        #expect(PoolQuery.answer(in: .integers(numbers + [0])) == nil)
    }

    @Test(arguments: [Int.max, .max / 3, 1 << 52, 1, -1, .min])
    func noPartsAreLookedForThatHaveNotCome(count: Int) {
        let time = 1_795_389_975_000_000
        #expect(PoolQuery.answer(in: .integers([time, 1, 60_000_000, count])) == nil)
        #expect(PoolQuery.answer(in: .integers([time, -1, 60_000_000, 1, 60_000_000, count])) == nil)
    }

    @Test(arguments: [[], [1_795_389_975_000_000], [1_795_389_975_000_000, 1], [1_795_389_975_000_000, -1, 5, 1]])
    func anAnswerThatEndsEarlyIsNone(numbers: [Int]) {
        #expect(Batch([Self.request]).verdicts(in: .integers(numbers)) == nil)
        #expect(PoolQuery.answer(in: .integers(numbers)) == nil)
    }

    @Test(arguments: [Int.max, .min])
    func noQuotaIsToldByThem(number: Int) {
        #expect(CreationVerdict(.integers([0, 1, 3, number, 5000, -1, -1])) == nil)
        #expect(RegistrationVerdict(.integers([0, 1, number, 6])) == nil)
        #expect(ProductionRaiseVerdict(.integers([1, number, 5, 6])) == nil)
        #expect(ProductionClaimVerdict(.array([.integer(1), .integer(number), .text([])])) == nil)
    }

    @Test func theLastMomentsOfTimeAreNoEndOfAnOverride() {
        for until in [Duration(secondsComponent: .max, attosecondsComponent: 1), .seconds(Int64.max), .seconds(-1)] {
            let error = #expect(throws: WeirError.self) { try LimitOverride(5, until: until) }
            #expect(error?.code == .invalidOverride)
        }
    }
}
