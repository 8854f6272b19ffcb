import Hiredis
import Testing

@Suite struct LineTests {
    private let start = ContinuousClock.now

    private func line(_ requests: Int, capacity: Int = 10) -> Line<String, Int> {
        var line = Line<String, Int>(capacity: capacity)
        for number in 0..<requests {
            let admission = line.join(
                ticket: UInt64(number),
                request: "r\(number)",
                deadline: start + .milliseconds(number),
                caller: number
            )
            #expect(admission == .joined)
        }
        return line
    }

    // The answers are named first: `#expect` cannot call what changes the line.

    @Test func firstComeFirstServed() {
        var line = line(5)
        let first = line.take(upTo: 3)
        let second = line.take(upTo: 3)
        let third = line.take(upTo: 3)
        #expect(first?.requests == ["r0", "r1", "r2"] && second?.requests == ["r3", "r4"] && third == nil)
        let ofSecond = line.finish(second?.number ?? 0)
        let ofFirst = line.finish(first?.number ?? 0)
        #expect(ofSecond == [3, 4] && ofFirst == [0, 1, 2])
        let again = line.finish(first?.number ?? 0)
        #expect(again.isEmpty && !line.isBusy, "a batch is answered once")
    }

    @Test func aFullOrClosedLineTakesNobody() {
        var line = line(2, capacity: 2)
        let whenFull = line.join(ticket: 9, request: "", deadline: start, caller: 9)
        line.close()
        let whenClosed = line.join(ticket: 9, request: "", deadline: start, caller: 9)
        #expect(whenFull == .full && whenClosed == .closed)
        let abandoned = line.abandon()
        #expect(abandoned == [0, 1] && !line.isBusy)
    }

    @Test func deadlinesAnswerBothSidesAndKeepTheOthersPlaces() {
        var line = line(4)
        let batch = line.take(upTo: 2)
        let (unsent, sent) = line.expire(at: start + .milliseconds(2))
        #expect(sent == [0, 1] && unsent == [2])
        let finished = line.finish(batch?.number ?? 0)
        let next = line.take(upTo: 9)
        #expect(finished == [nil, nil] && next?.requests == ["r3"])
    }

    @Test func whoeverLeavesIsAnsweredOnce() {
        var line = line(3)
        let batch = line.take(upTo: 2)
        let sent = line.leave(ticket: 1)
        let again = line.leave(ticket: 1)
        let unsent = line.leave(ticket: 2)
        let unknown = line.leave(ticket: 77)
        #expect(sent?.caller == 1 && sent?.wasSent == true && again == nil)
        #expect(unsent?.caller == 2 && unsent?.wasSent == false && unknown == nil)
        let finished = line.finish(batch?.number ?? 0)
        #expect(finished == [0, nil])
    }

    @Test func whatWasNotSentGoesBackToTheHead() {
        var line = line(4)
        let batch = line.take(upTo: 3)
        _ = line.leave(ticket: 1)
        line.giveBack(batch?.number ?? 0)
        let next = line.take(upTo: 9)
        #expect(next?.requests == ["r0", "r2", "r3"])
    }
}
