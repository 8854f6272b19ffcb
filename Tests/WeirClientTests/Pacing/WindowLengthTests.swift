import SeededRandom
import TestSupport
import Testing

@testable import WeirClient

/// What is concluded of a window's length from what remains.
@Suite struct WindowLengthTests {
    private struct Admission {
        let decided: Duration
        let isOwn: Bool
    }

    /// An exact sliding window, clients with requests that overlap, and others that share the limit or not.
    @Test func theBoundIsNeverTooShort() {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        for _ in 0..<200 {
            let limit = generator.number(1...12)
            let window = Duration.milliseconds(generator.number(50...5_000))
            let othersShare = generator.number(0...2)
            var learned = WindowLength()
            var own = OwnAdmissions()
            var admissions: [Admission] = []
            /// Answers on their way.
            var pending: [(sent: Duration, answered: Duration, used: Int, reset: Duration)] = []
            var now = Duration.zero
            for _ in 0..<300 {
                now += .microseconds(generator.number(0...Int(window / .microseconds(3 * limit))))
                for answer in pending.filter({ $0.answered <= now }).sorted(by: { $0.answered < $1.answered }) {
                    own.append(sent: answer.sent, answered: answer.answered, keeping: 2 * limit + 16)
                    learned.learn(told: nil, reset: answer.reset)
                    learned.learn(
                        used: answer.used,
                        reset: answer.reset,
                        sent: answer.sent,
                        at: answer.answered,
                        from: own
                    )
                    if let bound = learned.bound { #expect(bound >= window) }
                }
                pending.removeAll { $0.answered <= now }
                admissions.removeAll { $0.decided + window <= now }
                guard admissions.count < limit else { continue }
                let isOwn = othersShare == 0 || generator.number(0...othersShare) == 0
                admissions.append(Admission(decided: now, isOwn: isOwn))
                guard isOwn, let oldest = admissions.first else { continue }
                let reset = oldest.decided + window - now
                let seconds = reset.components.seconds + (reset.components.attoseconds > 0 ? 1 : 0)
                pending.append(
                    (
                        sent: max(.zero, now - .microseconds(generator.number(0...30_000))),
                        answered: now + .microseconds(generator.number(0...30_000)),
                        used: admissions.count,
                        reset: .seconds(seconds)
                    )
                )
            }
        }
    }

    @Test func oneThatCountsAloneTellsTheLengthByItsReset() {
        var window = WindowLength()
        var own = OwnAdmissions()
        own.append(sent: .zero, answered: .milliseconds(20), keeping: 10)
        window.learn(used: 1, reset: .seconds(3), sent: .zero, at: .milliseconds(20), from: own)
        #expect(window.bound == .seconds(3))
    }

    @Test func whatHasLeftBoundsTheLength() {
        var window = WindowLength()
        var own = OwnAdmissions()
        own.append(sent: .zero, answered: .milliseconds(20), keeping: 10)
        own.append(sent: .seconds(1), answered: .milliseconds(1_020), keeping: 10)
        own.append(sent: .seconds(3), answered: .milliseconds(3_020), keeping: 10)
        // Two count: the last and the one before, so the first has left.
        window.learn(used: 2, reset: .seconds(1), sent: .seconds(3), at: .milliseconds(3_020), from: own)
        #expect(window.bound == .milliseconds(3_020))
    }

    @Test func whatMayNotHaveCountedProvesNothing() {
        var window = WindowLength()
        var own = OwnAdmissions()
        own.append(sent: .zero, answered: .milliseconds(20), keeping: 10)
        own.append(sent: .seconds(1), answered: .milliseconds(1_020), isCertain: false, keeping: 10)
        // Two count: the last and the first, since the one between was never let in.
        window.learn(used: 2, reset: .seconds(1), sent: .seconds(3), at: .milliseconds(3_020), from: own)
        #expect(window.bound == nil)
    }

    @Test func afterThreeRefutationsNothingIsConcludedAnyMore() {
        var window = WindowLength()
        var own = OwnAdmissions()
        for round in 1...5 {
            let now = Duration.seconds(round)
            own.append(sent: now, answered: now, keeping: 10)
            window.learn(used: 1, reset: .seconds(1), sent: now, at: now, from: own)
            #expect(window.bound == (round <= 3 ? .seconds(1) : nil))
            window.refute(at: now)
            #expect(window.bound == nil)
        }
    }

    @Test func whatIsToldIsLessThanASecondTooLong() {
        var window = WindowLength()
        window.learn(told: .seconds(60), reset: nil)
        #expect(window.bound == .seconds(60))
        var own = OwnAdmissions()
        own.append(sent: .zero, answered: .zero, keeping: 10)
        window.learn(used: 1, reset: .seconds(2), sent: .zero, at: .zero, from: own)
        #expect(window.bound == .seconds(59))
        #expect(window.toldBound == .seconds(60))
    }

    @Test func aResetIsALowerBound() {
        var window = WindowLength()
        var own = OwnAdmissions()
        own.append(sent: .zero, answered: .zero, keeping: 10)
        window.learn(used: 1, reset: .seconds(2), sent: .zero, at: .zero, from: own)
        window.learn(told: nil, reset: .seconds(60))
        #expect(window.bound == .seconds(59))
    }
}
