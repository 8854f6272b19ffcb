internal import HTTPTypes

/// The three fields of the dialects that have one for each number.
struct FieldTriple: Sendable {
    let limit: HTTPField.Name
    let remaining: HTTPField.Name
    let reset: HTTPField.Name

    static let rateLimit = FieldTriple(limit: .rateLimitLimit, remaining: .rateLimitRemaining, reset: .rateLimitReset)
    static let xRateLimit = FieldTriple(
        limit: .xRateLimitLimit,
        remaining: .xRateLimitRemaining,
        reset: .xRateLimitReset
    )
    static let xRateLimitEpoch = FieldTriple(
        limit: .xRateLimitEpochLimit,
        remaining: .xRateLimitEpochRemaining,
        reset: .xRateLimitEpochReset
    )

    /// The fields of one report; none if it lacks its limit or its reset.
    func fields(for report: LimitReport, reset seconds: (Duration) -> Duration) -> HTTPFields {
        var fields = HTTPFields()
        guard let limit = report.limit, let reset = report.reset else { return fields }
        fields[self.limit] = String(limit.told)
        if let remaining = report.remaining { fields[self.remaining] = String(remaining.told) }
        fields[self.reset] = String(seconds(reset).secondsRoundedUp.told)
        return fields
    }
}

extension Int {
    /// The nearest number that a field can tell.
    var told: Int { Swift.min(Swift.max(self, 0), LimitReport.mostTold) }
}
