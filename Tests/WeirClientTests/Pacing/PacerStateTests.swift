import Testing
import WeirFields

@testable import WeirClient

/// The state machine by itself: no tasks, no clock, no sleep.
@Suite struct PacerStateTests {
    private static func report(
        _ remaining: Int,
        of limit: Int = 5,
        reset: Duration = .seconds(2),
        window: Duration? = nil,
        name: String? = nil
    ) -> LimitReport {
        LimitReport(name: name, limit: limit, remaining: remaining, reset: reset, window: window)
    }

    private static func line(_ change: (inout Pacer.Settings) -> Void = { _ in }) -> StateLine {
        var settings = Pacer.Settings()
        change(&settings)
        return StateLine(settings)
    }

    @Test func beforeAnythingIsKnownOneGoesAlone() {
        var line = Self.line()
        let first = line.join(0..<20, at: .zero)
        #expect(first.count == 1 && line.state.waitingCount == 19)
        // 4 of 5 remain: two go at once, and the next is below half and spaced.
        let next = line.answer(first[0], .admitted([Self.report(4)]), at: .milliseconds(10))
        #expect(next.count == 2 && line.state.inFlightCount == 2)
    }

    @Test func aServerThatTellsNothingIsAskedFreelyAfterItsFirstAnswer() {
        var line = Self.line()
        let first = line.join(0..<20, at: .zero)
        let next = line.answer(first[0], .admitted([]), at: .milliseconds(10))
        #expect(next.count == 19)
    }

    @Test func aProbeThatFailsIsFollowedByAnother() {
        var line = Self.line()
        let first = line.join(0..<3, at: .zero)
        let second = line.answer(first[0], .failed, at: .milliseconds(10))
        #expect(second.count == 1 && line.state.waitingCount == 1)
        let third = line.answer(second[0], .admitted([]), at: .milliseconds(20))
        #expect(third.count == 1 && line.state.waitingCount == 0)
    }

    @Test func atZeroItIsWaitedForTheReset() {
        var line = Self.line()
        let first = line.join(0..<2, at: .zero)
        _ = line.answer(first[0], .admitted([Self.report(0, reset: .seconds(7))]), at: .milliseconds(30))
        #expect(line.state.readiness(at: .milliseconds(30)) == .at(.milliseconds(7_030)))
        #expect(line.state.readiness(at: .milliseconds(7_030)) == .now)
    }

    @Test func whereTheWindowIsToldItIsWaitedForTheOldestOfOnesOwn() {
        var line = Self.line()
        let report = Self.report(0, of: 1, reset: .seconds(60), window: .seconds(2))
        let first = line.join(0..<2, at: .zero)
        _ = line.answer(first[0], .admitted([report]), at: .milliseconds(30))
        // The answer came at 30 ms; 2 s, 1 % of that and 5 ms later it has left.
        #expect(line.state.readiness(at: .milliseconds(30)) == .at(.milliseconds(2_055)))
    }

    @Test func theIntervalGrowsAsTheRestShrinks() throws {
        let settings = Pacer.Settings()
        var last = Duration.zero
        for remaining in (1...100).reversed() {
            let report = Self.report(remaining, of: 100, window: .seconds(60))
            var limit = try #require(LimitKnowledge(report, sent: .zero, at: .zero))
            limit.update(report, sent: .zero, at: .zero, wasAdmitted: false, own: OwnAdmissions())
            let interval = limit.interval(available: remaining, settings)
            #expect(remaining >= 50 ? interval == .zero : interval > last)
            #expect(interval <= .milliseconds(600))
            last = interval
        }
        #expect((.milliseconds(587) ... .milliseconds(589)).contains(last))
    }

    @Test func theTightestOfSeveralLimitsCounts() {
        var line = Self.line()
        let first = line.join(0..<2, at: .zero)
        let reports = [
            Self.report(900, of: 1_000, reset: .seconds(60), name: "day"),
            Self.report(0, reset: .seconds(3), name: "endpoint"),
        ]
        _ = line.answer(first[0], .admitted(reports), at: .zero)
        #expect(line.state.readiness(at: .zero) == .at(.seconds(3)))
    }

    @Test func aLimitThatIsNotToldAnyMoreHoldsNobodyUp() {
        var line = Self.line()
        let first = line.join(0..<1, at: .zero)
        _ = line.answer(first[0], .admitted([Self.report(1, of: 5, reset: .hour)]), at: .zero)
        let second = line.join(1..<2, at: .seconds(10))
        _ = line.answer(second[0], .admitted([Self.report(90, of: 100)]), at: .seconds(10))
        #expect(line.state.readiness(at: .seconds(10)) == .now)
    }

    @Test func refusalsOfOneBurstAreOneStep() {
        for burst in [1, 4] {
            var line = Self.line { $0.backoff = Backoff(base: .seconds(1), longest: .seconds(30)) }
            let probe = line.join(0..<1, at: .zero)
            _ = line.answer(probe[0], .admitted([]), at: .zero)
            let sent = line.join(1..<1 + burst, at: .seconds(1))
            #expect(sent.count == burst)
            for turn in sent {
                let outcome = PacerOutcome.refused([], wait: .seconds(5))
                _ = line.answer(turn, outcome, at: .seconds(2), random: 0.999)
            }
            #expect(line.state.refusedUntil == .seconds(7))
            // Refused again, a random part of the first ceiling comes on top.
            let again = line.join(10..<11, at: .seconds(7))
            _ = line.answer(again[0], .refused([], wait: .seconds(5)), at: .seconds(8), random: 0.5)
            #expect(line.state.refusedUntil == .milliseconds(13_500))
        }
    }

    @Test func afterARefusalOneGoesFirst() {
        var line = Self.line()
        let probe = line.join(0..<1, at: .zero)
        _ = line.answer(probe[0], .refused([], wait: .seconds(5)), at: .seconds(1))
        _ = line.join(1..<10, at: .seconds(2))
        #expect(line.state.waitingCount == 9)
        #expect(line.look(at: .milliseconds(5_999)).isEmpty)
        let first = line.look(at: .seconds(6))
        #expect(first.count == 1 && line.state.waitingCount == 8)
        #expect(line.state.readiness(at: .seconds(6)) == .afterAnswer)
    }

    @Test func anAnswerCountsOnce() {
        var line = Self.line()
        let first = line.join(0..<1, at: .zero)
        #expect(line.state.finished(first[0], .failed, at: .zero, random: 0) != nil)
        #expect(line.state.finished(first[0], .failed, at: .zero, random: 0) == nil)
        #expect(line.state.finished(99, .failed, at: .zero, random: 0) == nil)
        #expect(line.state.inFlightCount == 0)
    }

    @Test func ofAnswersOutOfOrderTheLeastCounts() {
        var line = Self.line { $0.ampleShare = 0 }
        let probe = line.join(0..<1, at: .zero)
        _ = line.answer(probe[0], .admitted([Self.report(9, of: 10)]), at: .zero)
        let sent = line.join(1..<4, at: .zero)
        #expect(sent.count == 3)
        _ = line.answer(sent[2], .admitted([Self.report(6, of: 10)]), at: .milliseconds(5))
        _ = line.answer(sent[0], .admitted([Self.report(8, of: 10)]), at: .milliseconds(6))
        _ = line.answer(sent[1], .admitted([Self.report(7, of: 10)]), at: .milliseconds(7))
        #expect(line.state.standing(at: .milliseconds(7)).remaining == 6)
    }
}

extension Duration {
    fileprivate static let hour = Duration.seconds(3_600)
}
