import Testing

@testable import WeirFields

@Suite struct BlanksTests {
    @Test(arguments: [
        ("", ""), (" ", ""), ("\t \t", ""), ("a", "a"), (" a b\t", "a b"), ("\u{A0}a\n", "\u{A0}a\n"),
        // A blank that something is put upon is still a blank.
        (" \u{301}a ", "\u{301}a"),
    ])
    func spacesAndTabsAroundAreTakenAway(text: String, expected: String) {
        #expect(Array(text.trimmingBlanks.utf8) == Array(expected.utf8))
        #expect(Array(Array(text.utf8).trimmingBlanks) == Array(expected.utf8))
    }

    @Test func tenBytesAreDigits() {
        #expect((UInt8.min ... .max).filter(\.isDigit) == Array("0123456789".utf8))
    }
}
