public import HTTPTypes

/// A refusal as it is sent: a status and a body.
///
/// `{"code":"rateLimitReached","limit":5,"message":"…","retryAfter":43,"rule":"endpoint"}`
public struct RefusalResponse: Sendable, Hashable {
    /// The status.
    public let status: HTTPResponse.Status
    /// What the body is; `application/json; charset=utf-8` if nothing else was said.
    public let contentType: String
    /// The body: in Weir's own form an object with `code`, `message`, and whatever else is known.
    public let body: String

    /// A refusal in the service's own words.
    ///
    /// `RefusalResponse(.forbidden, body: #"{"code":"objectCreationQuotaReached"}"#)`
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - contentType: what the body is; JSON by default.
    ///   - body: sent as it is.
    public init(
        _ status: HTTPResponse.Status,
        contentType: String = "application/json; charset=utf-8",
        body: String
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
