#if Hummingbird
import Hummingbird
import Weir
import WeirHTTP
import WeirHummingbird

/// A content API: objects are created and listed, by tokens of applications of a group.
enum ExampleAPI {
    /// What the API publishes, by endpoint.
    ///
    /// `deploy/demo` measures against the same numbers.
    static let endpoints: [String: Limit] = [
        "POST /objects": Limit(5, per: .minute),
        "GET /objects": Limit(60, per: .minute),
    ]
    static let groupLimit = Limit(10_000, per: .day)

    static let rules = [
        Rule("endpoint", per: .token, .endpoint, limits: endpoints),
        Rule("group", per: .group, limit: groupLimit, warnAt: 0.8),
        Rule("application", observing: .group, .application, per: .day),
    ]

    static func router(limiter: RateLimiter) -> Router<BasicRequestContext> {
        let router = Router()
        router.add(
            middleware: RateLimitMiddleware(limiter: limiter, fields: RateLimitFields(xRateLimitRule: "group")) {
                try descriptor($0, $1)
            }
        )
        router.get("objects") { _, _ in Listing(objects: []) }
        router.post("objects") { _, _ in EditedResponse(status: .created, response: Creation(created: true)) }
        return router
    }

    private struct Listing: ResponseEncodable {
        let objects: [String]
    }

    private struct Creation: ResponseEncodable {
        let created: Bool
    }

    /// A token reads `group.application.person` here; a real service looks up whose it is.
    private static func descriptor(_ request: Request, _ context: BasicRequestContext) throws -> Descriptor {
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
            throw HTTPError(.unauthorized, message: "Send a token: Authorization: Bearer group.application.person")
        }
        let token = String(header.dropFirst("Bearer ".count))
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts.contains(where: \.isEmpty) else {
            throw HTTPError(.unauthorized, message: "A token reads group.application.person.")
        }
        return Descriptor(
            token: token,
            endpoint: "\(request.method) \(context.endpointPath ?? "unknown")",
            group: String(parts[0]),
            application: String(parts[1])
        )
    }
}
#endif
