import Testing

@testable import StressHarness

@Suite struct GarbagePointTests {
    private static let replies = Array("*2\r\n:1\r\n:-20\r\n-OOM no\r\n$4\r\n\r\n\r\n\r\n".utf8)

    @Test func itIsWhereItWasMeantToBeOrBehindTheEndOfThatLine() {
        for bytesBefore in Self.replies.indices {
            for split in 0...Self.replies.count {
                let place = self.place(after: bytesBefore, split: split)
                let isWithinLineEnd = bytesBefore > 0 && Self.replies[bytesBefore - 1] == UInt8(ascii: "\r")
                #expect(place == (isWithinLineEnd ? bytesBefore + 1 : bytesBefore), "\(bytesBefore), \(split)")
            }
        }
    }

    @Test func itKnowsWhatHasPassedBefore() {
        var point = GarbagePoint(after: 0, last: UInt8(ascii: "\r"))
        #expect(point.offset(in: Array("\n:1\r\n".utf8)) == 1)
        point = GarbagePoint(after: 0, last: UInt8(ascii: "\n"))
        #expect(point.offset(in: Array(":1\r\n".utf8)) == 0)
    }

    @Test func itMayBeFarAway() {
        var point = GarbagePoint(after: 1000, last: nil)
        for _ in 0..<10 { #expect(point.offset(in: [UInt8](repeating: 65, count: 100)) == nil) }
        #expect(point.offset(in: [65]) == 0)
    }

    /// The place in the replies when they arrive in two parts.
    private func place(after bytesBefore: Int, split: Int) -> Int? {
        var point = GarbagePoint(after: bytesBefore, last: nil)
        if let offset = point.offset(in: Self.replies[..<split]) { return offset }
        return point.offset(in: Self.replies[split...]).map { split + $0 }
    }
}
