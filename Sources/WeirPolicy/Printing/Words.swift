internal import Foundation

/// Numbers and times as people read them.
enum Words {
    private static let units: [(Duration, String)] = [
        (.seconds(86400), "day"), (.seconds(3600), "hour"), (.seconds(60), "minute"), (.seconds(1), "second"),
        (.milliseconds(1), "millisecond"), (.microseconds(1), "microsecond"),
    ]

    /// `10,000`, whatever the language of the machine.
    static func number(_ number: Int) -> String { number.formatted(.number.locale(Locale(identifier: "en_US"))) }

    /// `1 minute`, `90 seconds`, `24 hours`: a day is any 24 hours, and not one of the calendar.
    static func time(_ time: Duration) -> String {
        guard time != .seconds(86400) else { return "24 hours" }
        for (unit, name) in units {
            let count = Int(time / unit)
            if count > 0, unit * count == time { return "\(number(count)) \(name)\(count == 1 ? "" : "s")" }
        }
        return "\(time)"
    }
}
