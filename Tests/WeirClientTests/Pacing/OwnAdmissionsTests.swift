import Testing

@testable import WeirClient

@Suite struct OwnAdmissionsTests {
    @Test func ofManyNeighboursAreKeptAsOneAndNoneIsLost() {
        var own = OwnAdmissions()
        for number in 1...10_000 {
            own.append(sent: .milliseconds(number), answered: .milliseconds(number + 5), keeping: 20_000)
        }
        #expect(own.total == 10_000)
        #expect(own.count(answeredAfter: .zero) == 10_000)
        // Coarser, but never as if one had been answered earlier.
        for time in [1, 777, 5_000, 9_999] {
            #expect(own.count(answeredAfter: .milliseconds(time + 5)) >= 10_000 - time)
        }
        #expect(own.answers(after: .zero).reduce(0) { $0 + $1.count } == 10_000)
    }

    @Test func noMoreAreKeptThanCanCount() {
        var own = OwnAdmissions()
        for number in 1...1_000 {
            own.append(sent: .milliseconds(number), answered: .milliseconds(number), keeping: 50)
        }
        #expect(own.total == 50)
        #expect(own.count(answeredAfter: .milliseconds(990)) == 10)
        #expect(own.count(answeredAfter: .milliseconds(980), upTo: .milliseconds(990)) == 10)
    }
}
