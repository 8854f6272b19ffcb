import Testing

@testable import Weir

/// The numbers of a batch as the script reads them.
@Suite struct NumberListTests {
    private func argument(_ numbers: Int...) -> [UInt8] {
        var list = NumberList(capacity: 4)
        for number in numbers { list.append(number) }
        return list.argument
    }

    @Test func whatFitsAByteIsOne() {
        #expect(argument() == [0])
        #expect(argument(0, 1, 91, 255) == [0, 0, 1, 91, 255])
    }

    @Test func oneThatDoesNotFitMakesAllOfThemText() {
        #expect(argument(0, 255, 256, 3) == Array("[0,255,256,3]".utf8))
        #expect(argument(256) == Array("[256]".utf8))
        #expect(argument(1, 1 << 48) == Array("[1,281474976710656]".utf8))
    }

    @Test func tooManyForLuaToTakeApartAreText() {
        var list = NumberList(capacity: 0)
        for _ in 0..<7000 { list.append(7) }
        #expect(list.argument == [0] + Array(repeating: 7, count: 7000))
        list.append(7)
        #expect(list.argument == Array("[\(Array(repeating: "7", count: 7001).joined(separator: ","))]".utf8))
    }
}
