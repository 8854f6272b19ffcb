/// Numbers and times as people read them.
enum Words {
    private static let units: [(Duration, String)] = [
        (.seconds(86400), "day"), (.seconds(3600), "hour"), (.seconds(60), "minute"), (.seconds(1), "second"),
        (.milliseconds(1), "millisecond"), (.microseconds(1), "microsecond"),
    ]

    /// `10,000`.
    static func number(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

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
