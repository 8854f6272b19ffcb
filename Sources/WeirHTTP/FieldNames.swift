public import HTTPTypes

extension HTTPField.Name {
    /// `RateLimit`, of draft-ietf-httpapi-ratelimit-headers-07.
    public static let rateLimit = known("RateLimit")
    /// `X-Rate-Limit-Limit`: the units that the window admits.
    public static let xRateLimitLimit = known("X-Rate-Limit-Limit")
    /// `X-Rate-Limit-Remaining`: the units left.
    public static let xRateLimitRemaining = known("X-Rate-Limit-Remaining")
    /// `X-Rate-Limit-Reset`: when there will be more, in seconds since the epoch.
    public static let xRateLimitReset = known("X-Rate-Limit-Reset")
    /// `X-Rate-Limit-Warning`: the rules that are near their limit, separated by commas.
    public static let xRateLimitWarning = known("X-Rate-Limit-Warning")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("'\(name)' is not the name of a field") }
        return name
    }
}
