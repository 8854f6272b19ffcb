public import HTTPTypes

/// The names of two families differ by a hyphen, and so do their meanings: `xRateLimit…` is `X-RateLimit-…`, and
/// `xRateLimitEpoch…` is `X-Rate-Limit-…`, named as their ``Dialect``.
extension HTTPField.Name {
    /// `RateLimit`, of draft-ietf-httpapi-ratelimit-headers-07 and later.
    public static let rateLimit = known("RateLimit")
    /// `RateLimit-Policy`, of draft-ietf-httpapi-ratelimit-headers-04 and later.
    public static let rateLimitPolicy = known("RateLimit-Policy")

    /// `RateLimit-Limit`: the units that the window admits.
    public static let rateLimitLimit = known("RateLimit-Limit")
    /// `RateLimit-Remaining`: the units left.
    public static let rateLimitRemaining = known("RateLimit-Remaining")
    /// `RateLimit-Reset`: in how many seconds there will be more.
    public static let rateLimitReset = known("RateLimit-Reset")

    /// `X-RateLimit-Limit`: the units that the window admits.
    public static let xRateLimitLimit = known("X-RateLimit-Limit")
    /// `X-RateLimit-Remaining`: the units left.
    public static let xRateLimitRemaining = known("X-RateLimit-Remaining")
    /// `X-RateLimit-Reset`: in how many seconds there will be more; of many servers, when, in seconds since the epoch.
    public static let xRateLimitReset = known("X-RateLimit-Reset")

    /// `X-Rate-Limit-Limit`: the units that the window admits.
    public static let xRateLimitEpochLimit = known("X-Rate-Limit-Limit")
    /// `X-Rate-Limit-Remaining`: the units left.
    public static let xRateLimitEpochRemaining = known("X-Rate-Limit-Remaining")
    /// `X-Rate-Limit-Reset`: when there will be more, in seconds since the epoch.
    public static let xRateLimitEpochReset = known("X-Rate-Limit-Reset")

    /// `X-Rate-Limit-Warning`: the rules that are near their limit, separated by commas.
    public static let xRateLimitWarning = known("X-Rate-Limit-Warning")

    /// A name that stands in the source, and so is known to be one.
    package static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("'\(name)' is not the name of a field") }
        return name
    }
}
