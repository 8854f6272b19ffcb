import Foundation
import Testing

@testable import StressHarness

@Suite struct ReportFiguresTests {
    @Test(arguments: [
        (0, "0 µs"), (999, "999 µs"), (1000, "1 ms"), (1511, "1.51 ms"), (9999, "10.0 ms"), (50_000, "50 ms"),
        (61_204, "61.2 ms"), (99_960, "100 ms"), (999_499, "999 ms"), (999_500, "1.00 s"), (1_240_000, "1.24 s"),
        (123_456_789, "123 s"),
    ])
    func waitsHaveThreeDigitsAndAUnit(microseconds: Int, text: String) {
        #expect(Figures.wait(microseconds) == text)
    }

    @Test(arguments: [
        (1, "1 µs"), (1500, "1,500 µs"), (100_000, "100 ms"), (1_000_000, "1 s"), (90_000_000, "90 s"),
        (60_000_000, "1 min"), (3_600_000_000, "1 h"), (2_592_000_000_000, "30 d"), (0, "0 µs"),
    ])
    func periodsAreToldInTheLargestWholeUnit(microseconds: Int, text: String) {
        #expect(Figures.period(microseconds) == text)
    }

    @Test func sharesNeverRoundSomethingToNothingOrToAll() {
        #expect(Figures.share(0, of: 0) == "0 %")
        #expect(Figures.share(0, of: 10) == "0.0 %")
        #expect(Figures.share(1, of: 1_000_000) == "< 0.1 %")
        #expect(Figures.share(999_999, of: 1_000_000) == "> 99.9 %")
        #expect(Figures.share(483, of: 1000) == "48.3 %")
        #expect(Figures.share(10, of: 10) == "100.0 %")
    }

    @Test func numbersAreGrouped() {
        #expect(Figures.grouped(5_123_456) == "5,123,456")
        #expect(Figures.grouped(-1234) == "-1,234")
        #expect(Figures.grouped(.min) == "-9,223,372,036,854,775,808")
        #expect(Figures.seconds(1800) == "1,800")
        #expect(Figures.seconds(1234.56) == "1,234.6")
        #expect(Figures.seconds(0.04) == "0")
        #expect(Figures.hundredths(1234.5) == "1,234.50")
        #expect(Figures.hundredths(-0.05) == "-0.05")
        #expect(Figures.hundredths(.nan) == "–")
        #expect(Figures.rounded(85_390.4) == "85,390")
        #expect(Figures.rounded(12.5) == "12.5")
        #expect(Figures.time(1_777_900_000_000_000) == "2026-05-04 13:06:40 UTC")
    }

    @Test func literalsAreMarkupAndValuesAreText() {
        let subject = "<i>"
        let markup: Markup = "<b>\(subject)</b>\("<br>" as Markup)\(1234)"
        #expect(markup.html == "<b>&lt;i&gt;</b><br>1,234")
        #expect(Markup.escaped("a\n\u{7f}\u{2028}'\"") == "a\u{240a}\u{2421}\u{fffd}&#39;&quot;")
        #expect(Markup.excerpt("abc", of: 3) == "abc")
        #expect(Markup.excerpt("abcd", of: 3) == "abc…")
        #expect(Markup.withoutSecrets("unix:///run/re@dis.sock") == "unix:///run/re@dis.sock")
        #expect(Markup.withoutSecrets("unix://me:pw@/run/redis.sock") == "unix://…@/run/redis.sock")
    }

    /// The Web Content Accessibility Guidelines ask for 4.5 to 1 for text and 3 to 1 for shapes.
    @Test(arguments: [("light", Palette.light), ("dark", Palette.dark)])
    func coloursStandOutFromTheirGround(theme: String, palette: Palette) {
        for ground in [palette.paper, palette.panel] {
            for text in [palette.ink, palette.quiet, palette.good, palette.bad] {
                #expect(contrast(text, ground) >= 4.5, "\(text) on \(ground)")
            }
            for shape in [palette.admitted, palette.denied, palette.unsettled] {
                #expect(contrast(shape, ground) >= 3, "\(shape) on \(ground)")
            }
        }
    }

    private func contrast(_ first: String, _ second: String) -> Double {
        let (one, other) = (luminance(first), luminance(second))
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    private func luminance(_ colour: String) -> Double {
        let value = Int(colour.dropFirst(), radix: 16) ?? 0
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(value >> shift & 0xff) / 255
            return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
}
