internal import Foundation
internal import HTTPTypes

/// What a refusal has to say, whatever the form of its body.
struct RefusalContent {
    var refusal: Refusal
    var problem = ProblemType.quotaExceeded
    var message: String
    var rule: String?
    /// The names of all rules that refused, or that of the quota: `creations` or `sites`.
    var violated: [String]?
    var limit: Int?
    /// Seconds, rounded up.
    var retryAfter: Int?
    var count: Int?
    /// A time of day, as in RFC 3339.
    var nextGrowth: String?

    /// The body in Weir's own form; what is nil is left out.
    private struct Object: Encodable {
        var code: String
        var message: String
        var rule: String?
        var limit: Int?
        var retryAfter: Int?
        var count: Int?
        var nextGrowth: String?
    }

    /// The body in the form of RFC 9457; what is nil is left out.
    private struct Problem: Encodable {
        var type: String
        var title: String
        var status: Int
        var detail: String
        var violated: [String]?
        var code: String
        var retryAfter: Int?
        var limit: Int?
        var count: Int?
        var nextGrowth: String?

        enum CodingKeys: String, CodingKey {
            case type, title, status, detail, code, retryAfter, limit, count, nextGrowth
            case violated = "violated-policies"
        }
    }

    /// The response in a form; what a service's own closure answers to `reason`, if it is that.
    func response<Reason>(as form: RefusalForm<Reason>, to reason: Reason) -> RefusalResponse {
        switch form.kind {
        case .json: object
        case .problem: problemDetails
        case .custom(let response): response(reason)
        }
    }

    private var object: RefusalResponse {
        let object = Object(
            code: refusal.code,
            message: message,
            rule: rule,
            limit: limit,
            retryAfter: retryAfter,
            count: count,
            nextGrowth: nextGrowth
        )
        return RefusalResponse(refusal.status, body: Self.text(object))
    }

    private var problemDetails: RefusalResponse {
        let problem = Problem(
            type: problem.uri,
            title: problem.title,
            status: refusal.status.code,
            detail: message,
            violated: violated,
            code: refusal.code,
            retryAfter: retryAfter,
            limit: limit,
            count: count,
            nextGrowth: nextGrowth
        )
        return RefusalResponse(refusal.status, contentType: "application/problem+json", body: Self.text(problem))
    }

    private static func text(_ content: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers and text alone can always be encoded.
        return (try? encoder.encode(content)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
