internal import Foundation
public import HTTPTypes

/// A refusal as it is sent: a status and a JSON body.
///
/// `{"code":"rateLimitReached","limit":5,"message":"…","retryAfter":43,"rule":"endpoint"}`
public struct RefusalResponse: Sendable, Hashable {
    /// The status.
    public let status: HTTPResponse.Status
    /// `application/json`.
    public let contentType = "application/json; charset=utf-8"
    /// The body: an object with `code`, `message`, and whatever else is known.
    public let body: String

    /// What the body has; what is nil is left out.
    struct Content: Encodable {
        var code: String
        var message: String
        var rule: String?
        var limit: Int?
        /// Seconds, rounded up.
        var retryAfter: Int?
        var count: Int?
        /// A time of day, as in RFC 3339.
        var nextGrowth: String?
    }

    init(_ status: HTTPResponse.Status, _ content: Content) {
        self.status = status
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers and text alone can always be encoded.
        body = (try? encoder.encode(content)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
