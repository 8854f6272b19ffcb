/// A form in which servers tell their clients where they stand.
///
/// Two of them have the same name, `RateLimit`, and exclude each other; all others may go together.
public enum Dialect: String, Sendable, Hashable, CaseIterable, Codable {
    /// `RateLimit: limit=5, remaining=4, reset=58`, of draft-ietf-httpapi-ratelimit-headers-07.
    case dictionary = "draft-07"
    /// `RateLimit: "endpoint";r=4;t=58` beside `RateLimit-Policy: "endpoint";q=5;w=60`, of
    /// draft-ietf-httpapi-ratelimit-headers-10.
    case list = "draft-10"
    /// `RateLimit-Limit: 5`, `RateLimit-Remaining: 4`, `RateLimit-Reset: 58`, of the drafts up to 06; the reset in seconds
    /// from now.
    case trio = "ratelimit"
    /// `X-RateLimit-Limit: 5`, `X-RateLimit-Remaining: 4`, `X-RateLimit-Reset: 58`; the reset in seconds from now.
    case xRateLimit = "x-ratelimit"
    /// `X-Rate-Limit-Limit: 5`, `X-Rate-Limit-Remaining: 4`, `X-Rate-Limit-Reset: 1795389975`; the reset in seconds since
    /// the epoch.
    case xRateLimitEpoch = "x-rate-limit"
}
