import Testing
import WeirFields

@testable import WeirClient

/// The state machine by itself: no tasks, no clock, no sleep.
@Suite struct PacerStateTests {
    private typealias State = PacerState<Int>

    private static func report(
        _ remaining: Int,
        of limit: Int = 5,
        reset: Duration = .seconds(2),
        window: Duration? = nil,
        name: String? = nil
    ) -> LimitReport {
        LimitReport(name: name, limit: limit, remaining: remaining, reset: reset, window: window)
    }

    private static func state(_ change: (inout Pacer.Settings) -> Void = { _ in }) -> State {
        var settings = Pacer.Settings()
        change(&settings)
        return State(settings: settings)
    }

    /// Lets callers of these numbers wait, and returns the turns that are given out.
    private static func turns(_ orders: State.Orders) -> [UInt64] {
        orders.compactMap { order in
            if case .go(let turn) = order.order { turn } else { nil }
        }
    }

    private static func join(_ state: inout State, _ callers: Range<Int>, at now: Duration) -> [UInt64] {
        callers.flatMap { caller in
            let place = state.place(at: now)
            return turns(state.wait(place, caller, at: now))
        }
    }

    private static func answer(
        _ state: inout State,
        _ turn: UInt64,
        _ outcome: PacerOutcome,
        at now: Duration,
        random: Double = 0
    ) -> [UInt64] {
        turns(state.finished(turn, outcome, at: now, random: random) ?? [])
    }

    @Test func beforeAnythingIsKnownOneGoesAlone() {
        var state = Self.state()
        let first = Self.join(&state, 0..<20, at: .zero)
        #expect(first.count == 1 && state.waitingCount == 19)
        // 4 of 5 remain: two go at once, and the next is below half and spaced.
        let next = Self.answer(&state, first[0], .admitted([Self.report(4)]), at: .milliseconds(10))
        #expect(next.count == 2 && state.inFlightCount == 2)
    }

    @Test func aServerThatTellsNothingIsAskedFreelyAfterItsFirstAnswer() {
        var state = Self.state()
        let first = Self.join(&state, 0..<20, at: .zero)
        let next = Self.answer(&state, first[0], .admitted([]), at: .milliseconds(10))
        #expect(next.count == 19)
    }

    @Test func aProbeThatFailsIsFollowedByAnother() {
        for outcome in [PacerOutcome.failed, .failed] {
            var state = Self.state()
            let first = Self.join(&state, 0..<3, at: .zero)
            let next = Self.answer(&state, first[0], outcome, at: .milliseconds(10))
            #expect(next.count == 1 && state.waitingCount == 1)
        }
    }

    @Test func atZeroItIsWaitedForTheReset() {
        var state = Self.state()
        let first = Self.join(&state, 0..<2, at: .zero)
        _ = Self.answer(&state, first[0], .admitted([Self.report(0, reset: .seconds(7))]), at: .milliseconds(30))
        #expect(state.readiness(at: .milliseconds(30)) == .at(.milliseconds(7_030)))
        #expect(state.readiness(at: .milliseconds(7_030)) == .now)
    }

    @Test func whereTheWindowIsToldItIsWaitedForTheOldestOfOnesOwn() {
        var state = Self.state()
        let report = Self.report(0, of: 1, reset: .seconds(60), window: .seconds(2))
        let first = Self.join(&state, 0..<2, at: .zero)
        _ = Self.answer(&state, first[0], .admitted([report]), at: .milliseconds(30))
        // The answer came at 30 ms; 2 s, 1 % of that and 5 ms later it has left.
        #expect(state.readiness(at: .milliseconds(30)) == .at(.milliseconds(2_055)))
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
        var state = Self.state()
        let first = Self.join(&state, 0..<2, at: .zero)
        let reports = [
            Self.report(900, of: 1_000, reset: .seconds(60), name: "day"),
            Self.report(0, reset: .seconds(3), name: "endpoint"),
        ]
        _ = Self.answer(&state, first[0], .admitted(reports), at: .zero)
        #expect(state.readiness(at: .zero) == .at(.seconds(3)))
    }

    @Test func aLimitThatIsNotToldAnyMoreHoldsNobodyUp() {
        var state = Self.state()
        let first = Self.join(&state, 0..<1, at: .zero)
        _ = Self.answer(&state, first[0], .admitted([Self.report(1, of: 5, reset: .hour)]), at: .zero)
        let second = Self.join(&state, 1..<2, at: .seconds(10))
        _ = Self.answer(&state, second[0], .admitted([Self.report(90, of: 100)]), at: .seconds(10))
        #expect(state.readiness(at: .seconds(10)) == .now)
    }

    @Test func refusalsOfOneBurstAreOneStep() {
        for burst in [1, 4] {
            var state = Self.state { $0.backoff = Backoff(base: .seconds(1), longest: .seconds(30)) }
            let probe = Self.join(&state, 0..<1, at: .zero)
            _ = Self.answer(&state, probe[0], .admitted([]), at: .zero)
            let sent = Self.join(&state, 1..<1 + burst, at: .seconds(1))
            #expect(sent.count == burst)
            for turn in sent {
                let outcome = PacerOutcome.refused([], wait: .seconds(5))
                _ = Self.answer(&state, turn, outcome, at: .seconds(2), random: 0.999)
            }
            #expect(state.refusedUntil == .seconds(7))
            // Refused again, a random part of the first ceiling comes on top.
            let again = Self.join(&state, 10..<11, at: .seconds(7))
            _ = Self.answer(&state, again[0], .refused([], wait: .seconds(5)), at: .seconds(8), random: 0.5)
            #expect(state.refusedUntil == .milliseconds(13_500))
        }
    }

    @Test func afterARefusalOneGoesFirst() {
        var state = Self.state()
        let probe = Self.join(&state, 0..<1, at: .zero)
        _ = Self.answer(&state, probe[0], .refused([], wait: .seconds(5)), at: .seconds(1))
        _ = Self.join(&state, 1..<10, at: .seconds(2))
        #expect(state.waitingCount == 9)
        let first = Self.turns(state.orders(at: .seconds(6)))
        #expect(first.isEmpty, "the first has to come back for its order")
        #expect(state.readiness(at: .milliseconds(5_999)) == .at(.seconds(6)))
        #expect(state.readiness(at: .seconds(6)) == .now)
    }

    @Test func anAnswerCountsOnce() {
        var state = Self.state()
        let first = Self.join(&state, 0..<1, at: .zero)
        #expect(state.finished(first[0], .failed, at: .zero, random: 0) != nil)
        #expect(state.finished(first[0], .failed, at: .zero, random: 0) == nil)
        #expect(state.finished(99, .failed, at: .zero, random: 0) == nil)
        #expect(state.inFlightCount == 0)
    }

    @Test func ofAnswersOutOfOrderTheLeastCounts() {
        var state = Self.state { $0.ampleShare = 0 }
        let probe = Self.join(&state, 0..<1, at: .zero)
        _ = Self.answer(&state, probe[0], .admitted([Self.report(9, of: 10)]), at: .zero)
        let sent = Self.join(&state, 1..<4, at: .zero)
        #expect(sent.count == 3)
        _ = Self.answer(&state, sent[2], .admitted([Self.report(6, of: 10)]), at: .milliseconds(5))
        _ = Self.answer(&state, sent[0], .admitted([Self.report(8, of: 10)]), at: .milliseconds(6))
        _ = Self.answer(&state, sent[1], .admitted([Self.report(7, of: 10)]), at: .milliseconds(7))
        #expect(state.standing(at: .milliseconds(7)).remaining == 6)
    }
}

extension Duration {
    fileprivate static let hour = Duration.seconds(3_600)
}
