/// When there is more, as servers write it.
enum ResetText {
    /// 31 years from now, or 9 September 2001.
    private static let leastSecondsOfDay = 1_000_000_000
    /// The year 5138 in seconds, or 3 March 1973 in milliseconds.
    private static let leastMillisecondsOfDay = 100_000_000_000
    /// The year 5138 in milliseconds.
    private static let unbelievable = 100_000_000_000_000

    /// The time until then: seconds from now, or seconds or milliseconds since the epoch, or a date.
    ///
    /// Nil if it is nothing of these; zero if it is past.
    static func wait(_ text: String, at now: Duration) -> Duration? {
        if let number = PlainNumber(text) { return wait(number.roundedUp, at: now) }
        let time = DateText.internet(text) ?? DateText.http(text, near: now)
        return time.map { max(.zero, $0 - now) }
    }

    /// The time until then, told apart by its magnitude.
    static func wait(_ number: Int, at now: Duration) -> Duration? {
        switch number {
        case ..<leastSecondsOfDay: .seconds(number)
        case ..<leastMillisecondsOfDay: max(.zero, .seconds(number) - now)
        case ..<unbelievable: max(.zero, .milliseconds(number) - now)
        default: nil
        }
    }
}
