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
        let first = pending.take(1...3)
        let second = pending.take(1...3)
        let third = pending.take(1...3)
        #expect(first?.requests == ["r0", "r1", "r2"] && second?.requests == ["r3", "r4"] && third == nil)
        let ofSecond = pending.finish(second?.number ?? 0)
        let ofFirst = pending.finish(first?.number ?? 0)
        #expect(ofSecond == [3, 4] && ofFirst == [0, 1, 2])
        let again = pending.finish(first?.number ?? 0)
        #expect(again.isEmpty && !pending.isBusy, "a batch is answered once")
    }

    @Test func tooFewStayUntilTheyAreEnough() {
        var pending = make(2)
        let tooFew = pending.take(3...5)
        #expect(tooFew == nil && pending.waitingCount == 2)
        let enough = pending.take(2...5)
        #expect(enough?.requests == ["r0", "r1"] && pending.waitingCount == 0)
    }

    @Test func aFullOrClosedLineTakesNobody() {
        var pending = make(2, capacity: 2)
        let whenFull = pending.join(ticket: 9, request: "", deadline: start, caller: 9)
        pending.close()
        let whenClosed = pending.join(ticket: 9, request: "", deadline: start, caller: 9)
        #expect(whenFull == .full && whenClosed == .closed)
        let abandoned = pending.abandon()
        #expect(abandoned == [0, 1] && !pending.isBusy)
    }

    @Test func deadlinesAnswerBothSidesAndKeepTheOthersPlaces() {
        var pending = make(4)
        let batch = pending.take(1...2)
        let (unsent, sent) = pending.expire(at: start + .milliseconds(2))
        #expect(sent == [0, 1] && unsent == [2])
        let finished = pending.finish(batch?.number ?? 0)
        let next = pending.take(1...9)
        #expect(finished == [nil, nil] && next?.requests == ["r3"])
    }

    @Test func whoeverLeavesIsAnsweredOnce() {
        var pending = make(3)
        let batch = pending.take(1...2)
        let sent = pending.leave(ticket: 1)
        let again = pending.leave(ticket: 1)
        let unsent = pending.leave(ticket: 2)
        let unknown = pending.leave(ticket: 77)
        #expect(sent?.caller == 1 && sent?.wasSent == true && again == nil)
        #expect(unsent?.caller == 2 && unsent?.wasSent == false && unknown == nil)
        let finished = pending.finish(batch?.number ?? 0)
        #expect(finished == [0, nil])
    }

    @Test func whatWasNotSentGoesBackToTheHead() {
        var pending = make(4)
        let batch = pending.take(1...3)
        _ = pending.leave(ticket: 1)
        pending.giveBack(batch?.number ?? 0)
        let next = pending.take(1...9)
        #expect(next?.requests == ["r0", "r2", "r3"])
    }
}
