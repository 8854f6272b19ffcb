extension Duration {
    /// One second.
    public static let second = Duration.seconds(1)
    /// 60 seconds.
    public static let minute = Duration.seconds(60)
    /// 3,600 seconds.
    public static let hour = Duration.seconds(3600)
    /// 86,400 seconds: any 24 hours, not a day of the calendar.
    public static let day = Duration.seconds(86400)

    /// Microseconds, rounded down; for spans between times of this age, which fit.
    package var microseconds: Int {
        // 10^12 is 2^12 times 5^12: a span of up to ten hours fits in 64 bits once it is shifted, and to divide 128 of them
        // takes ten times as long.
        if let shifted = Int(exactly: attoseconds >> 12), shifted >= 0 { return shifted / 244_140_625 }
        return Int(attoseconds / 1_000_000_000_000)
    }

    /// Microseconds, rounded up: whoever waits so long has waited long enough.
    ///
    /// More than fit are as many as do.
    var microsecondsRoundedUp: Int {
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        return Int(clamping: whole + (rest > 0 ? 1 : 0))
    }

    /// Whole microseconds, the unit of every time that Weir sends, or nil if it is not a whole number that fits.
    package var wholeMicroseconds: Int? {
        let (seconds, attoseconds) = components
        guard attoseconds % 1_000_000_000_000 == 0 else { return nil }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflowed ? nil : Int(sum)
    }
}
