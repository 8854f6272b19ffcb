/// Months of the Gregorian calendar in UTC, between times in microseconds since the epoch; right from 1970 to 9999.
enum CalendarMonths {
    private static let day = 86_400_000_000

    /// The time so many months later, at the same time of day, on the last day of a month that is too short.
    ///
    /// One month after 31 January is 28 or 29 February; two months after it is 31 March.
    static func date(_ start: Int, plus months: Int) -> Int {
        let (month, dayOfMonth) = civil(fromDays: start / day)
        let first = firstDay(ofMonth: month + months)
        let length = firstDay(ofMonth: month + months + 1) - first
        return (first + min(dayOfMonth, length) - 1) * day + start % day
    }

    /// How many months are over since `start`; zero if `end` comes before it.
    static func elapsed(from start: Int, to end: Int) -> Int {
        guard end >= start else { return 0 }
        let months = civil(fromDays: end / day).month - civil(fromDays: start / day).month
        return date(start, plus: months) > end ? months - 1 : months
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil and civil_from_days. A year begins
    // in March there, so that a leap day is its last. Months are counted through: year * 12 + month - 1.

    /// The day since the epoch that a month begins with.
    private static func firstDay(ofMonth month: Int) -> Int {
        let year = month % 12 < 2 ? month / 12 - 1 : month / 12
        let leapDays = year / 4 - year / 100 + year / 400
        let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5
        return year * 365 + leapDays + dayOfYear - 719_468
    }

    /// The month that a day since the epoch lies in, and which day of it, from 1.
    private static func civil(fromDays days: Int) -> (month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return ((era * 400 + yearOfEra) * 12 + month + 2, day)
    }
}
