import Hiredis
import Testing

@Suite struct ReconnectionTests {
    private let start = ContinuousClock.now
    private let failure = RedisError(.unreachable, "nobody there")

    @Test func theCeilingDoublesUpToTwoSeconds() {
        var backoff = Backoff()
        let waits = (0..<8).map { _ in backoff.next(random: 1) }
        let milliseconds = [50, 100, 200, 400, 800, 1600, 2000, 2000]
        #expect(waits == milliseconds.map { .milliseconds($0) })
        let halves = (0..<1000).map { _ in backoff.next(random: 0.5) }
        #expect(halves.allSatisfy { $0 <= .seconds(1) })
    }

    @Test func whatOnlyAPersonCanMendIsTriedMoreAndMoreSeldom() {
        var backoff = Backoff()
        let waits = (0..<12).map { _ in backoff.next(isPermanent: true, random: 1) }
        #expect(waits[5] == .milliseconds(1600) && waits[6] == .milliseconds(3200) && waits[11] == .seconds(30))
        let next = backoff.next(random: 1)
        #expect(next == .seconds(2), "as soon as it is something else")
    }

    @Test func oneAttemptAtATime() {
        var reconnection = Reconnection(now: start)
        // Named first: `#expect` cannot call what changes the value.
        let atOnce = reconnection.connectionWanted(at: start)
        let meanwhile = reconnection.connectionWanted(at: start + .seconds(5))
        #expect(atOnce && !meanwhile)
        reconnection.connectionFailed(failure, at: start, random: 1)
        #expect(reconnection.lastFailure == failure)
        let tooEarly = reconnection.connectionWanted(at: start + .milliseconds(49))
        let inTime = reconnection.connectionWanted(at: start + .milliseconds(50))
        #expect(!tooEarly && inTime)
        reconnection.connectionSucceeded(at: start + .milliseconds(60))
        #expect(reconnection.lastFailure == nil)
        let whenUp = reconnection.connectionWanted(at: start + .seconds(5))
        #expect(!whenUp)
    }

    @Test func theTimeThatAnAttemptTookCountsAsWaiting() {
        var reconnection = Reconnection(now: start)
        for wait in [0, 50, 100] {
            _ = reconnection.connectionWanted(at: start + .milliseconds(wait))
            reconnection.connectionFailed(failure, at: start + .milliseconds(wait), random: 1)
        }
        _ = reconnection.connectionWanted(at: start + .seconds(1))
        reconnection.connectionFailed(failure, at: start + .milliseconds(1300), random: 1)
        #expect(reconnection.phase == .down(retryAt: start + .milliseconds(1400)))
        _ = reconnection.connectionWanted(at: start + .seconds(2))
        reconnection.connectionFailed(failure, at: start + .seconds(5), random: 1)
        #expect(reconnection.phase == .down(retryAt: start + .seconds(5)), "never before now")
    }

    @Test func onlyAConnectionThatLastedEndsTheSeries() {
        var reconnection = Reconnection(now: start)
        for _ in 0..<3 { reconnection.connectionFailed(failure, at: start, random: 1) }
        reconnection.connectionSucceeded(at: start)
        reconnection.connectionFailed(failure, at: start + .seconds(9), random: 1)
        #expect(reconnection.phase == .down(retryAt: start + .seconds(9) + .milliseconds(400)))
        reconnection.connectionSucceeded(at: start)
        reconnection.connectionFailed(failure, at: start + .seconds(10), random: 1)
        #expect(reconnection.phase == .down(retryAt: start + .seconds(10) + .milliseconds(50)))
    }

    @Test func aServerThatMovedIsTriedAtOnce() {
        var reconnection = Reconnection(now: start)
        var attempts: [Bool] = []
        attempts.append(reconnection.connectionWanted(at: start))
        reconnection.connectionFailed(failure, at: start, random: 1)
        attempts.append(reconnection.connectionWanted(at: start))
        reconnection.serverMoved(at: start)
        attempts.append(reconnection.connectionWanted(at: start))
        #expect(attempts == [true, false, true])

        // While an attempt is under way, which may be one at the old place.
        reconnection.serverMoved(at: start)
        reconnection.connectionFailed(failure, at: start, random: 1)
        let again = reconnection.connectionWanted(at: start)
        reconnection.connectionFailed(failure, at: start, random: 1)
        let onceMore = reconnection.connectionWanted(at: start)
        #expect(again && !onceMore, "only once")
    }

    @Test func aConnectionThatIsLeftIsNoFailure() {
        var reconnection = Reconnection(now: start)
        _ = reconnection.connectionWanted(at: start)
        reconnection.connectionSucceeded(at: start)
        reconnection.connectionLeft(because: failure, at: start)
        #expect(reconnection.lastFailure == failure)
        let atOnce = reconnection.connectionWanted(at: start)
        #expect(atOnce)
        reconnection.connectionFailed(failure, at: start, random: 1)
        #expect(reconnection.phase == .down(retryAt: start + .milliseconds(50)), "the first of the series")
    }
}
