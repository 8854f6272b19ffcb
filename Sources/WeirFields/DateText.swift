/// A time of day as text, in seconds since the epoch.
package enum DateText {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let longDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///
    /// A year of two digits is the latest one that is at most 50 years after now. Whether the day of the week is that of
    /// the date is not looked at.
    ///
    /// Source: RFC 9110, section 5.6.7.
    package static func http(_ text: String, near now: Duration) -> Duration? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        switch parts.count {
        case 6 where parts[0].hasSuffix(","):
            guard days.contains(String(parts[0].dropLast())), parts[5] == "GMT" else { return nil }
            return date(year: digits(parts[3], 4), parts[2], day: digits(parts[1], 2), clock: parts[4])
        case 4:
            let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            guard longDays.map({ $0 + "," }).contains(String(parts[0])), parts[3] == "GMT", date.count == 3 else {
                return nil
            }
            let year = digits(date[2], 2).map { fullYear($0, near: now) }
            return Self.date(year: year, date[1], day: digits(date[0], 2), clock: parts[2])
        case 5:
            guard days.contains(String(parts[0])) else { return nil }
            return date(year: digits(parts[4], 4), parts[1], day: digits(parts[2], 2), clock: parts[3])
        case 6:
            // A day of one digit has a space before it.
            guard days.contains(String(parts[0])), parts[2].isEmpty else { return nil }
            return date(year: digits(parts[5], 4), parts[1], day: digits(parts[3], 1), clock: parts[4])
        default: return nil
        }
    }

    /// Reads `1994-11-06T08:49:37Z`, with a fraction of the second or another offset, such as `.25+01:00`.
    ///
    /// A fraction is rounded up to the whole second.
    ///
    /// Source: RFC 3339, section 5.6.
    static func internet(_ text: String) -> Duration? {
        let text = text.uppercased()
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].utf8.count >= 9 else { return nil }
        let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, let month = digits(date[1], 2), (1...12).contains(month) else { return nil }
        let clock = halves[1].prefix(8)
        var rest = halves[1].dropFirst(8)
        var seconds = 0
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.asciiValue?.isDigit ?? false }
            guard !fraction.isEmpty else { return nil }
            if fraction.contains(where: { $0 != "0" }) { seconds += 1 }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest != "Z" {
            guard rest.utf8.count == 6, let sign = rest.first, sign == "+" || sign == "-" else { return nil }
            let offset = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
            guard offset.count == 2, let hours = digits(offset[0], 2), let minutes = digits(offset[1], 2), hours < 24,
                minutes < 60
            else { return nil }
            seconds += (hours * 60 + minutes) * (sign == "+" ? -60 : 60)
        }
        let time = Self.date(year: digits(date[0], 4), months[month - 1], day: digits(date[2], 2), clock: clock)
        return time.map { $0 + .seconds(seconds) }
    }

    private static func date(
        year: Int?,
        _ monthName: some StringProtocol,
        day: Int?,
        clock: some StringProtocol
    ) -> Duration? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard let year, let month = months.firstIndex(of: String(monthName)).map({ $0 + 1 }), let day, parts.count == 3,
            let hour = digits(parts[0], 2), let minute = digits(parts[1], 2), let second = digits(parts[2], 2),
            // 60 is a leap second.
            (1...length(ofMonth: month, year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        return .seconds(((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
    }

    /// A number of exactly so many digits.
    private static func digits(_ text: some StringProtocol, _ count: Int) -> Int? {
        guard text.utf8.count == count, text.utf8.allSatisfy(\.isDigit) else { return nil }
        return Int(text)
    }

    private static func fullYear(_ lastDigits: Int, near now: Duration) -> Int {
        let latest = 1970 + Int(now.components.seconds) / 31_556_952 + 50
        let year = latest - latest % 100 + lastDigits
        return year <= latest ? year : year - 100
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar, in years that begin in March, so that a leap day is the last of its year.
    ///
    /// Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, `days_from_civil`.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        // Rounds down for the year before the first, which January of the year 0 belongs to.
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
