/// A time of day as HTTP writes it, read in its three forms.
///
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994` are 784,111,777 seconds
/// since the epoch. Source: RFC 9110, section 5.6.7.
struct HTTPDate: Sendable, Hashable {
    /// Since the epoch.
    let time: Duration

    /// Reads one; nil if it is none.
    ///
    /// - Parameters:
    ///   - text: the field's value.
    ///   - now: the time since the epoch, to which a year of two digits is near.
    init?(_ text: String, now: Duration) {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        let parts: (day: String, month: String, year: String, clock: String)
        switch words.count {
        case 6 where words[5] == "GMT": parts = (words[1], words[2], words[3], words[4])
        case 5: parts = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let clock = parts.clock.split(separator: ":").map(Self.number)
        guard let month = Self.months.firstIndex(of: parts.month), let day = Self.number(parts.day),
            (1...31).contains(day),
            var year = Self.number(parts.year), year < 10_000,
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        if parts.year.count == 2 {
            let thisYear = 1970 + Int(now.components.seconds) / 31_556_952
            year += thisYear - thisYear % 100
            // More than 50 years from now is in the past.
            if year > thisYear + 50 { year -= 100 }
        }
        let days = Self.daysSinceEpoch(year: year, month: month + 1, day: day)
        time = .seconds(((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ text: some StringProtocol) -> Int? {
        text.count <= 4 && text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
