import Testing

@testable import Hiredis

/// A reply that never ends, or is nested without end, is given up before it needs much memory.
@Suite struct PartialReplyTests {
    /// How many can be added.
    private func count(_ add: (inout PartialReply) -> Bool) -> Int {
        var reply = PartialReply()
        var count = 0
        while count < 10_000_000, add(&reply) { count += 1 }
        return count
    }

    @Test func anArrayThatNeverEndsIsGivenUp() {
        #expect(count { $0.begin(.max) } < 100)
        #expect(count { $0.add(1) } < 10_000_000)
        #expect(count { $0.add(.null) } < 10_000_000)
        #expect(count { $0.add(.text([]), length: 1 << 20) } < 17)
    }

    @Test func whatAScriptAnswersHasRoom() {
        var reply = PartialReply()
        var hasRoom = reply.begin(100_000)
        for number in 0..<100_000 { hasRoom = reply.add(number) && hasRoom }
        #expect(hasRoom)
        let first = reply.take()
        #expect(first == .integers(Array(0..<100_000)))
        hasRoom = reply.begin(1) && reply.add(7)
        let second = reply.take()
        #expect(hasRoom && second == .integers([7]), "the next one has as much")
    }
}
