/// How many units in how long.
///
/// `Limit(5, per: .minute)` admits at most 5 units in any 60 seconds: after 5 at 12:00:00.000 the sixth is admitted at
/// 12:01:00.001 and not before. For more than 128 units a refusal may last longer by one slice of the window, 1/128 of it
/// by default; it never lasts shorter.
public struct Limit: Sendable, Hashable {
    /// The units admitted in any window, 1 to 2^31.
    public var count: Int
    /// The length of the window, whole microseconds from 1 millisecond to 366 days.
    public var window: Duration

    /// A limit; whether it makes sense is checked when a limiter is made from its rule.
    public init(_ count: Int, per window: Duration) {
        self.count = count
        self.window = window
    }

    /// Reads a limit written as `5/minute`, `100/10s` or `10000/24h`.
    ///
    /// The units are `ms`, `s`, `m`, `h`, `d` and `millisecond`, `second`, `minute`, `hour`, `day`.
    ///
    /// - Parameter text: the limit in words.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidRule`` if the text is not a whole number, a slash, and a time.
    public init(parsing text: String) throws(WeirError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]) else {
            let advice = "write a whole number, a slash and a time: 5/minute"
            throw WeirError(.invalidRule, "'\(text)' is not a limit; \(advice)")
        }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        guard let length = digits.isEmpty ? 1 : Int(digits), length <= 31_622_400_000,
            let unit = Self.units[String(parts[1].dropFirst(digits.count))]
        else {
            throw WeirError(.invalidRule, "'\(parts[1])' in '\(text)' is not a time; write 10s, minute, 24h or 30d")
        }
        self.init(count, per: unit * length)
    }

    private static let units: [String: Duration] = [
        "ms": .milliseconds(1), "millisecond": .milliseconds(1), "s": .second, "second": .second, "m": .minute,
        "minute": .minute, "h": .hour, "hour": .hour, "d": .day, "day": .day,
    ]
}
