import Testing

@testable import WeirFields

@Suite struct DateTextTests {
    private static let now = Duration.seconds(1_800_000_000)

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func allThreeFormsAreRead(text: String) {
        #expect(DateText.http(text, near: Self.now) == .seconds(784_111_777))
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799), ("Tuesday, 01-Jan-30 00:00:00 GMT", 1_893_456_000),
    ])
    func daysAreCountedRight(text: String, seconds: Int) {
        #expect(DateText.http(text, near: Self.now) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "0", "-1", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:３７ GMT",
    ])
    func whatIsNoDateIsNone(text: String) {
        #expect(DateText.http(text, near: Self.now) == nil)
    }
}
