internal import Console
internal import Foundation

/// Numbers as a reader takes them in: in groups of three, with their unit.
enum Figures {
    /// `1,000,000`, whatever the language of the machine.
    static func grouped(_ number: Int) -> String { number.grouped }

    /// `85,390`, and `12.5` where the rest is worth telling.
    static func rounded(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "–" }
        guard abs(number) < 100, number != number.rounded() else { return grouped(Int(number.rounded())) }
        return decimal(number, digits: 1)
    }

    /// `12.50` with two digits.
    static func decimal(_ number: Double, digits: Int) -> String {
        guard number.isFinite else { return "–" }
        return String(format: "%.\(digits)f", number)
    }

    /// `1,800.25`: always two digits after the point, for a column.
    static func hundredths(_ seconds: Double) -> String {
        let hundredths = (seconds * 100).rounded()
        guard abs(hundredths) < 1e15 else { return "–" }
        let (whole, rest) = Int(abs(hundredths)).quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(grouped(whole)).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// `1,800`, `12.4`: at most one digit after the point.
    static func seconds(_ seconds: Double) -> String {
        let tenths = (seconds * 10).rounded() / 10
        guard tenths.isFinite, abs(tenths) < 1e12 else { return "–" }
        guard tenths != tenths.rounded() else { return grouped(Int(tenths)) }
        return grouped(Int(tenths)) + decimal(abs(tenths - tenths.rounded(.towardZero)), digits: 1).dropFirst()
    }

    /// `312 µs`, `4.13 ms`, `61.2 ms`, `50 ms`, `1.24 s`: three digits at most.
    static func wait(_ microseconds: Int) -> String {
        // What would be rounded to the next unit is told in it.
        if microseconds.magnitude < 1000 { return "\(microseconds) µs" }
        if microseconds.magnitude < 999_500 { return "\(threeDigits(Double(microseconds) / 1000)) ms" }
        return "\(threeDigits(Double(microseconds) / 1_000_000)) s"
    }

    /// `100 ms`, `10 s`, `1 h`, `30 d`: the largest unit in which it is a whole number.
    static func period(_ microseconds: Int) -> String {
        let units = [
            (86_400_000_000, "d"), (3_600_000_000, "h"), (60_000_000, "min"), (1_000_000, "s"), (1000, "ms"),
        ]
        for (length, unit) in units where microseconds >= length && microseconds.isMultiple(of: length) {
            return "\(grouped(microseconds / length)) \(unit)"
        }
        return "\(grouped(microseconds)) µs"
    }

    /// `48.3 %`; a part of nothing is none of it.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0 %" }
        let percent = Double(part) / Double(whole) * 100
        // What is there is not shown as nothing, and what is missing not as all.
        if part > 0, percent < 0.05 { return "< 0.1 %" }
        if part < whole, percent >= 99.95 { return "> 99.9 %" }
        return decimal(percent, digits: 1) + " %"
    }

    /// `1 process`, `4 processes`.
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }

    /// `2026-05-04 12:34:56 UTC`.
    static func time(_ microseconds: Int) -> String {
        let seconds = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
        return seconds.formatted(.iso8601.dateTimeSeparator(.space)).replacing("Z", with: " UTC")
    }

    private static func threeDigits(_ value: Double) -> String {
        if value == value.rounded() { return rounded(value) }
        if abs(value) < 9.995 { return decimal(value, digits: 2) }
        if abs(value) < 99.95 { return decimal(value, digits: 1) }
        return rounded(value.rounded())
    }
}
