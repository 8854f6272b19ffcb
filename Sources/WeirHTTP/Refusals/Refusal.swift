public import HTTPTypes

/// The status and the code with which a refused request is answered.
public struct Refusal: Sendable, Hashable {
    /// The status, such as 429, 402 or 403.
    public let status: HTTPResponse.Status
    /// What a client's program goes by, such as `rateLimitReached`.
    public let code: String
    /// What a person reads; nil for a sentence of Weir's.
    public let message: String?

    /// A refusal.
    public init(status: HTTPResponse.Status, code: String, message: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// 429 with the code `rateLimitReached`.
    public static let rateLimitReached = Refusal(status: .tooManyRequests, code: "rateLimitReached")
    /// 503 with the code `temporarilyUnavailable`, where the rules refuse because Redis does not decide.
    public static let temporarilyUnavailable = Refusal(status: .serviceUnavailable, code: "temporarilyUnavailable")
    /// 403 with the code `objectCreationQuotaReached`, for a user who may create no more.
    public static let creationQuotaReached = Refusal(status: .forbidden, code: "objectCreationQuotaReached")
    /// 403 with the code `siteQuotaReached`, for a group that may register no more sites.
    public static let siteQuotaReached = Refusal(status: .forbidden, code: "siteQuotaReached")
}
