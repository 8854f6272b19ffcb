#if Hummingbird
public import Hummingbird
internal import Logging
public import Weir
public import WeirHTTP

/// Asks a limiter before each request, refuses what does not fit, and tells every client where it stands.
///
/// The fields of ``WeirHTTP/RateLimitFields`` are on every response to a request that was decided: admitted, refused, or
/// failed further in. A refusal has the status and the JSON body that ``WeirHTTP/Refusals`` say, 429 by default.
///
/// Where Redis does not decide, the `FailurePolicy` of the rules does: by default the request goes on, without the fields.
/// One that is refused so is answered with 503, and so is one without a decision: by `FailurePolicy.fail`, when the limiter
/// was shut down, or the task was cancelled. What a person has to mend, such as a descriptor that lacks a part or something
/// else under a key, is 500.
///
/// ```swift
/// router.add(
///     middleware: RateLimitMiddleware(limiter: limiter) { request, context in
///         guard let token = request.headers[.authorization] else { throw HTTPError(.unauthorized) }
///         let endpoint = "\(request.method) \(context.endpointPath ?? "")"
///         return Descriptor(token: token, endpoint: endpoint)
///     }
/// )
/// ```
public struct RateLimitMiddleware<Context: RequestContext>: RouterMiddleware {
    /// What a request is; nil lets it pass without being counted.
    public typealias Describe = @Sendable (Request, Context) async throws -> Descriptor?

    private let limiter: RateLimiter
    private let fields: RateLimitFields
    private let refusals: Refusals
    private let describe: Describe

    /// A middleware that asks `limiter` about what `describe` says a request is.
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - fields: which header fields tell the client; `RateLimit` alone by default.
    ///   - refusals: status and body of a refusal, by the rule that refused; 429 by default.
    ///   - describe: the descriptor of a request, or nil to let it pass uncounted; an error becomes the response.
    public init(
        limiter: RateLimiter,
        fields: RateLimitFields = RateLimitFields(),
        refusals: Refusals = Refusals(),
        describe: @escaping Describe
    ) {
        self.limiter = limiter
        self.fields = fields
        self.refusals = refusals
        self.describe = describe
    }

    /// Decides, and lets the request go on or refuses it.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let descriptor = try await describe(request, context) else { return try await next(request, context) }
        let decision: Decision
        do throws(WeirError) {
            decision = try await limiter.acquire(descriptor)
        } catch {
            // Of a Redis that fails the limiter tells, once; it need not be said of every request.
            let level: Logger.Level = error.isUnavailability ? .debug : .error
            context.logger.log(level: level, "no rate limit decision", metadata: ["error": "\(error)"])
            throw HTTPError(error.status, message: "The rate limit could not be checked.")
        }
        let told = fields.fields(for: decision)
        if let rules = told[.xRateLimitWarning] {
            context.logger.info("near a rate limit", metadata: ["rules": "\(rules)"])
        }
        if case .denied(let denial) = decision { return Response(refusals.response(to: denial), fields: told) }
        do {
            var response = try await next(request, context)
            response.headers.append(contentsOf: told)
            return response
        } catch {
            throw ErrorWithFields(underlying: error, fields: told)
        }
    }
}

extension WeirError {
    /// A mistake of the service's own is 500; a Redis that cannot be asked is 503, which a client may try again.
    fileprivate var status: HTTPResponse.Status {
        let mistakes: Set<Code> = [
            .invalidRule, .invalidDescriptor, .invalidCost, .invalidConfiguration, .neverPossible,
            .unreadableWindow, .unreadableOverride,
        ]
        return mistakes.contains(code) ? .internalServerError : .serviceUnavailable
    }
}
#endif
