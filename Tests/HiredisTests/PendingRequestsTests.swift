import Hiredis
import Testing

@Suite struct PendingRequestsTests {
    private let start = ContinuousClock.now

    private func make(_ requests: Int, capacity: Int = 10) -> PendingRequests<String, Int> {
        var pending = PendingRequests<String, Int>(capacity: capacity)
        for number in 0..<requests {
            let admission = pending.join(
                ticket: UInt64(number),
                request: "r\(number)",
                at: start,
                deadline: start + .milliseconds(number),
                caller: number
            )
            #expect(admission == .joined(number + 1))
        }
        return pending
    }

    // The answers are named first: `#expect` cannot call what changes the value.

    @Test func firstComeFirstServed() {
        var pending = make(5)
        let first = pending.take(1...3, at: start)
        let second = pending.take(1...3, at: start)
        let third = pending.take(1...3, at: start)
        #expect(first?.requests == ["r0", "r1", "r2"] && second?.requests == ["r3", "r4"] && third == nil)
        let ofSecond = pending.finish(second?.number ?? 0, answeredAt: start)
        let ofFirst = pending.finish(first?.number ?? 0, answeredAt: start)
        #expect(ofSecond == [3, 4] && ofFirst == [0, 1, 2])
        let again = pending.finish(first?.number ?? 0, answeredAt: start)
        #expect(again.isEmpty && !pending.isBusy, "a batch is answered once")
    }

    @Test func tooFewStayUntilTheyAreEnough() {
        var pending = make(2)
        let tooFew = pending.take(3...5, at: start)
        #expect(tooFew == nil && pending.waitingCount == 2)
        let enough = pending.take(2...5, at: start)
        #expect(enough?.requests == ["r0", "r1"] && pending.waitingCount == 0)
    }

    @Test func asManyWaitAsAreOnTheirWayButAtLeastHalfABatchAndAtMostOne() {
        var pending = make(30, capacity: 30)
        #expect(pending.least(of: 8) == 4 && pending.least(of: 1) == 1 && pending.least(of: 7) == 4)
        let first = pending.take(1...6, at: start)
        #expect(pending.sentCount == 6 && pending.least(of: 8) == 6 && pending.least(of: 20) == 10)
        let second = pending.take(1...8, at: start)
        #expect(pending.sentCount == 14 && pending.least(of: 8) == 8)
        _ = pending.finish(second?.number ?? 0, places: [0, 3], answeredAt: start)
        #expect(pending.sentCount == 12, "two of the second")
        _ = pending.finish(first?.number ?? 0, answeredAt: start)
        pending.giveBack(second?.number ?? 0, places: [1, 2, 4, 5, 6, 7])
        #expect(pending.sentCount == 0 && pending.waitingCount == 22 && pending.least(of: 8) == 4)
    }

    @Test func aFullOrClosedLineTakesNobody() {
        var pending = make(2, capacity: 2)
        let whenFull = pending.join(ticket: 9, request: "", at: start, deadline: start, caller: 9)
        pending.close()
        let whenClosed = pending.join(ticket: 9, request: "", at: start, deadline: start, caller: 9)
        #expect(whenFull == .full && whenClosed == .closed)
        let abandoned = pending.abandon()
        #expect(abandoned == [0, 1] && !pending.isBusy)
    }

    @Test func deadlinesAnswerBothSidesAndKeepTheOthersPlaces() {
        var pending = make(4)
        let batch = pending.take(1...2, at: start)
        let (unsent, sent) = pending.expire(at: start + .milliseconds(2))
        #expect(sent == [0, 1] && unsent == [2])
        let finished = pending.finish(batch?.number ?? 0, answeredAt: start)
        let next = pending.take(1...9, at: start)
        #expect(finished == [nil, nil] && next?.requests == ["r3"])
    }

    @Test func whoeverLeavesIsAnsweredOnce() {
        var pending = make(3)
        let batch = pending.take(1...2, at: start)
        let sent = pending.leave(ticket: 1)
        let again = pending.leave(ticket: 1)
        let unsent = pending.leave(ticket: 2)
        let unknown = pending.leave(ticket: 77)
        #expect(sent?.caller == 1 && sent?.wasSent == true && again == nil)
        #expect(unsent?.caller == 2 && unsent?.wasSent == false && unknown == nil)
        let finished = pending.finish(batch?.number ?? 0, answeredAt: start)
        #expect(finished == [0, nil])
    }

    @Test func whatWasNotSentGoesBackToTheHead() {
        var pending = make(4)
        let batch = pending.take(1...3, at: start)
        _ = pending.leave(ticket: 1)
        pending.giveBack(batch?.number ?? 0)
        let next = pending.take(1...9, at: start)
        #expect(next?.requests == ["r0", "r2", "r3"])
    }

    @Test func whoseAnswerCannotComeInTimeIsTurnedAwayAtOnce() {
        func join(
            _ pending: inout PendingRequests<String, Int>,
            after wait: Duration
        )
            -> PendingRequests<String, Int>
            .Admission
        {
            let now = start + wait
            return pending.join(ticket: 9, request: "", at: now, deadline: now + .milliseconds(50), caller: 9)
        }
        var stalled = PendingRequests<String, Int>(capacity: 10, batchSize: 1)
        let early = join(&stalled, after: .zero)
        #expect(early == .joined(1), "nothing is on its way, so nothing is known to be slow")
        _ = stalled.take(1...1, at: start)
        let hopeful = join(&stalled, after: .milliseconds(49))
        let hopeless = join(&stalled, after: .milliseconds(50))
        #expect(hopeful == .joined(1) && hopeless == .hopeless, "the oldest has waited as long as it would itself")

        // A command that took 80 ms counts for an eighth of it, 10 ms: in 50 ms five of them are answered, not six.
        func slow(batchSize: Int) -> PendingRequests<String, Int> {
            var slow = PendingRequests<String, Int>(capacity: 1000, batchSize: batchSize)
            _ = join(&slow, after: .zero)
            let first = slow.take(1...1, at: start)
            _ = slow.finish(first?.number ?? 0, answeredAt: start + .milliseconds(80))
            _ = join(&slow, after: .milliseconds(80))
            _ = slow.take(1...1, at: start + .milliseconds(80))
            return slow
        }
        for (batchSize, room) in [(1, 4), (10, 40)] {
            var slow = slow(batchSize: batchSize)
            var admitted = 0
            while join(&slow, after: .milliseconds(80)) != .hopeless { admitted += 1 }
            #expect(admitted == room, "beside the one on its way, four more commands of \(batchSize)")
        }
        // After a pause, what was slow is forgotten.
        var later = slow(batchSize: 1)
        _ = later.finish(2, answeredAt: start + .milliseconds(81))
        _ = join(&later, after: .milliseconds(500))
        _ = later.take(1...1, at: start + .milliseconds(500))
        var admitted = 0
        while admitted < 100, join(&later, after: .milliseconds(500)) != .hopeless { admitted += 1 }
        #expect(admitted == 100)
    }
}
