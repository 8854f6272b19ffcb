import Hiredis
import TestSupport
import Testing
import Weir

/// What a limiter knows of the failures of the servers of a cluster, at times of the test's choice.
@Suite struct FailureStateTests {
    private static let (first, second) = (server("a"), server("b"))
    private static let start = ContinuousClock.now
    private static let away = WeirError(.unreachable, "away", isRetryable: true)

    private static func server(_ host: String) -> FailureDomain { FailureDomain(server: .tcp(host: host, port: 6379)) }

    private static func state(failures: Int = 5) -> FailureState {
        var configuration = RateLimiter.Configuration()
        configuration.breakerFailures = failures
        return FailureState(configuration)
    }

    private static func time(_ milliseconds: Int) -> ContinuousClock.Instant {
        start.advanced(by: .milliseconds(milliseconds))
    }

    /// So many calls that fail one after another; returns the last change.
    @discardableResult
    private static func fail(
        _ state: inout FailureState,
        _ domain: FailureDomain,
        times: Int = 5,
        at now: ContinuousClock.Instant = start
    ) -> Breaker.Change? {
        var change: Breaker.Change?
        for _ in 0..<times {
            guard case .pass(let call) = state.admit(to: domain, at: now) else { continue }
            change = state.failed(call, in: domain, away, at: now, random: 0.999)
        }
        return change
    }

    // MARK: When it has nothing to say

    @Test func callsHaveToLookFromAFailureOnUntilTheNextSuccessThere() {
        var state = Self.state()
        #expect(state.isCalm)
        Self.fail(&state, Self.first, times: 1)
        _ = state.succeeded(in: Self.second, at: Self.start)
        #expect(!state.isCalm, "a row of failures has begun, and only a success there ends it")
        _ = state.succeeded(in: Self.first, at: Self.start)
        #expect(state.isCalm)
        Self.fail(&state, .everything)
        #expect(!state.isCalm && state.openCount == 1)
        _ = state.succeeded(in: .everything, at: Self.time(1))
        #expect(state.isCalm)
    }

    @Test func callsHaveToLookWhileServersThatAreGoneMayBeAmongThoseThatAreKnown() {
        var state = Self.state()
        for number in 0..<40 { _ = state.succeeded(in: Self.server("\(number)"), at: Self.start) }
        #expect(!state.isCalm && state.looksForGone(at: Self.start))
        _ = state.keep([.everything, Self.server("7")], at: Self.start)
        #expect(state.isCalm)
    }

    // MARK: Servers that nobody asks any more

    @Test func whatFailedBeforeTheServersWereKnownBeginsAfresh() {
        var state = Self.state()
        #expect(Self.fail(&state, .everything, times: 6) == .opened)
        #expect(state.openCount == 1 && state.looksForGone(at: Self.time(0)))
        #expect(
            state.keep([.everything, Self.first], at: Self.time(0)) == nil,
            "somebody has just asked for everything"
        )
        #expect(!state.looksForGone(at: Self.time(99)) && state.looksForGone(at: Self.time(100)))
        let change = state.keep([.everything, Self.first], at: Self.time(100))
        #expect(change == .closed(after: .milliseconds(100), unanswered: 1))
        #expect(state.openCount == 0 && !state.looksForGone(at: Self.time(1000)))
        #expect(state.keep([.everything, Self.first], at: Self.time(1000)) == nil, "told once")
        #expect(Self.fail(&state, .everything, times: 4, at: Self.time(9000)) == nil, "and the row is a new one")
        #expect(Self.fail(&state, .everything, times: 1, at: Self.time(9000)) == .opened)
    }

    /// It would open and close many times a second, with a line in the log each.
    @Test func whatNoServerHasStaysGivenUpAsLongAsItIsAskedFor() {
        var state = Self.state()
        Self.fail(&state, .everything)
        for look in 0..<50 {
            _ = state.admit(to: .everything, at: Self.start)
            #expect(state.keep([.everything, Self.first], at: Self.time(look * 100)) == nil && state.openCount == 1)
        }
        let change = state.keep([.everything, Self.first], at: Self.time(5000))
        #expect(change == .closed(after: .seconds(5), unanswered: 50))
    }

    @Test func theOnlyRedisIsGivenUpUntilItAnswers() {
        var state = Self.state()
        Self.fail(&state, .everything)
        for look in 0..<9 {
            #expect(state.keep([.everything], at: Self.time(look * 100)) == nil && state.openCount == 1)
        }
        let (change, _) = state.succeeded(in: .everything, at: Self.time(1000))
        #expect(change == .closed(after: .seconds(1), unanswered: 0))
    }

    @Test func serversThatComeAndGoAreForgottenThoughNoneIsGivenUp() {
        var state = Self.state()
        var looks = 0
        for name in 0..<1000 {
            let (now, domain) = (Self.time(name * 1000), Self.server("\(name)"))
            // One failure short of what opens it; then its address is another server's.
            #expect(Self.fail(&state, domain, times: 4, at: now) == nil)
            guard state.looksForGone(at: now) else { continue }
            looks += 1
            _ = state.keep([.everything, domain], at: now)
        }
        #expect(looks == 1000, "each leaves a row of failures that nobody else would end")
        let now = Self.time(2_000_000)
        #expect(Self.fail(&state, Self.server("0"), times: 4, at: now) == nil, "nothing is left of the old row")
    }

    @Test func aLargeClusterIsNotLookedAtForBeingLarge() {
        var state = Self.state()
        let servers = (0..<100).map { Self.server("\($0)") }
        func ask(_ servers: [FailureDomain], at now: ContinuousClock.Instant) {
            for server in servers { _ = state.admit(to: server, at: now) }
        }
        ask(servers, at: Self.start)
        #expect(state.looksForGone(at: Self.start) == true, "more than 16, and nobody has looked yet")
        _ = state.keep(Set(servers), at: Self.start)
        ask((100..<200).map { Self.server("\($0)") }, at: Self.time(1000))
        #expect(state.looksForGone(at: Self.time(1000)) == false)
        ask([Self.server("200")], at: Self.time(1000))
        #expect(state.looksForGone(at: Self.time(1000)) == true, "more than twice as many as there were")
        #expect(state.looksForGone(at: Self.time(1099)) == false, "at the same pace")
    }

    // MARK: Telling the shared counts

    private static let epoch = ScriptRunner.epoch

    /// Two servers with a hundred windows each, of which their servers have to be told.
    private static func owing(_ state: inout FailureState) {
        for name in 0..<100 {
            for server in ["a", "b"] {
                let terms = Terms(limit: 10, period: 60_000_000, slices: 128)
                let window = Window(key: Array("\(server)\(name)".utf8), terms: terms)
                let local = LocalRequest(DecisionRequest([window], cost: 1), shares: [1])
                _ = state.counts.decide(local, isOwed: true, at: epoch)
            }
        }
    }

    private static func domain(of request: DecisionRequest) -> FailureDomain {
        request.windows[0].key.starts(with: "a".utf8) ? first : second
    }

    private static func debts(of state: inout FailureState) -> [LocalDebt] {
        state.takeDebts(atMost: 32, at: epoch) { domain(of: $0) }
    }

    @Test func aServerThatIsGoneDoesNotKeepTheOthersFromBeingTold() {
        var state = Self.state(failures: 0)
        Self.owing(&state)
        var told = 0
        for _ in 0..<20 {
            var round = TellingRound()
            for debt in Self.debts(of: &state) {
                let domain = Self.domain(of: debt.request)
                round.ended(in: domain, isTold: domain == Self.second)
                if domain == Self.second { told += 1 } else { state.counts.giveBack(debt) }
            }
            // Else it is begun again after a while.
            if !round.goesOn { state.stoppedTelling(isDone: false, at: Self.start) }
        }
        #expect(told == 100)
        #expect(state.counts.take(atMost: 200, at: Self.epoch).map(\.units) == Array(repeating: 1, count: 100))
    }

    @Test func aServerThatIsGivenUpIsNotToldUntilItAnswers() {
        var state = Self.state()
        Self.owing(&state)
        Self.fail(&state, Self.first)
        #expect(state.succeeded(in: Self.second, at: Self.time(0)).tells)
        for count in [32, 32, 32, 4, 0] {
            let debts = Self.debts(of: &state)
            #expect(debts.count == count && debts.allSatisfy { Self.domain(of: $0.request) == Self.second })
        }
        state.stoppedTelling(isDone: true, at: Self.time(0))
        #expect(!state.succeeded(in: Self.second, at: Self.time(99)).tells, "something is left: after a while")
        #expect(state.succeeded(in: Self.first, at: Self.time(100)).tells)
        for count in [32, 32, 32, 4, 0] { #expect(Self.debts(of: &state).count == count) }
    }

    @Test func onlyFailuresEverywhereEndTheTelling() {
        var round = TellingRound()
        round.ended(in: Self.first, isTold: false)
        #expect(!round.goesOn)
        round.ended(in: Self.second, isTold: true)
        #expect(round.goesOn)
        round.ended(in: Self.second, isTold: false)
        #expect(!round.goesOn)
        var only = TellingRound()
        only.ended(in: .everything, isTold: true)
        #expect(only.goesOn)
        only.ended(in: .everything, isTold: false)
        #expect(!only.goesOn)
    }
}
