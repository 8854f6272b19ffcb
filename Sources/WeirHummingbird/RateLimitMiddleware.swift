#if Hummingbird
public import Hummingbird
internal import Logging
public import Weir
internal import WeirFields
public import WeirHTTP

/// Asks a limiter before each request, refuses what does not fit, and tells every client where it stands.
///
/// The fields of ``WeirHTTP/RateLimitFields`` are on every response to a request that was decided: admitted, refused, or
/// failed further in. A refusal has the status and the body that ``WeirHTTP/Refusals`` say, 429 and JSON by default.
///
/// Where Redis does not decide, the `FailurePolicy` of the rules does: by default the request goes on, without the fields.
/// One that is refused so is answered with 503, and so is one without a decision: by `FailurePolicy.fail`, in the form of
/// the refusals, or when the limiter was shut down or the task cancelled. What a person has to mend, such as a descriptor that lacks a part or something
/// else under a key, is 500.
///
/// Where ``WeirHTTP/Charging`` depends on the outcome, it is settled when the head of the response is known, before the body
/// is sent. An error counts with the status of its response, one that has none as 500, and is logged then. Middlewares that
/// were added before this one see it as ``ErrorWithFields``.
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
    /// Whether a request passes without being described or counted, such as a check of the service's health.
    public typealias Skip = @Sendable (Request, Context) -> Bool
    /// The units that a request costs, 1 to 2^31.
    public typealias Cost = @Sendable (Request, Context) throws -> Int

    private let gate: RequestGate
    private let skip: Skip
    private let cost: Cost
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
        let settings = RequestGate.Settings(fields: fields, refusals: refusals)
        self.init(limiter: limiter, settings: settings, describe: describe)
    }

    /// A middleware that can do all that ``WeirHTTP/RequestGate`` can.
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - settings: what clients are told, whether they are refused, which responses count. Its logger is not used: each
    ///     request has its own.
    ///   - skip: whether a request passes uncounted, without being described; none by default.
    ///   - cost: the units that a request costs; 1 by default. A cost above the limit is 500: throw an error with a status
    ///     of its own where clients decide. An error becomes the response.
    ///   - describe: the descriptor of a request, or nil to let it pass uncounted; an error becomes the response, in
    ///     ``WeirHTTP/RequestGate/Mode/shadow`` too.
    public init(
        limiter: RateLimiter,
        settings: RequestGate.Settings,
        skip: @escaping Skip = { _, _ in false },
        cost: @escaping Cost = { _, _ in 1 },
        describe: @escaping Describe
    ) {
        self.init(limiter: limiter, following: { settings }, skip: skip, cost: cost, describe: describe)
    }

    /// A middleware whose settings may be others for each request, such as those of a policy file that is watched.
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - settings: asked once for each request, and once more for one that is not decided.
    ///   - skip: whether a request passes uncounted, without being described; none by default.
    ///   - cost: the units that a request costs; 1 by default.
    ///   - describe: the descriptor of a request, or nil to let it pass uncounted; an error becomes the response.
    public init(
        limiter: RateLimiter,
        following settings: @escaping @Sendable () -> RequestGate.Settings,
        skip: @escaping Skip = { _, _ in false },
        cost: @escaping Cost = { _, _ in 1 },
        describe: @escaping Describe
    ) {
        gate = RequestGate(limiter: limiter, following: settings)
        self.skip = skip
        self.cost = cost
        self.describe = describe
    }

    /// A middleware for requests that are described in a usual way.
    ///
    /// `RateLimitMiddleware(limiter: limiter, describe: .bearerToken())`
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - settings: what clients are told, whether they are refused, which responses count.
    ///   - skip: whether a request passes uncounted, without being described; none by default.
    ///   - cost: the units that a request costs; 1 by default.
    ///   - description: by what part of a request it is counted.
    public init(
        limiter: RateLimiter,
        settings: RequestGate.Settings = RequestGate.Settings(),
        skip: @escaping Skip = { _, _ in false },
        cost: @escaping Cost = { _, _ in 1 },
        describe description: RequestDescription<Context>
    ) {
        self.init(limiter: limiter, settings: settings, skip: skip, cost: cost, describe: description.describe)
    }

    /// Decides, and lets the request go on or refuses it.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - context: its context, whose logger is used.
    ///   - next: what answers it if it may go on.
    /// - Returns: the response, with the fields.
    /// - Throws: what the closures throw; ``ErrorWithFields`` with what `next` throws; `HTTPError` if there is no decision
    ///   and it is not Redis that did not decide.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !skip(request, context), let descriptor = try await describe(request, context) else {
            return try await next(request, context)
        }
        switch try await admit(descriptor, cost: cost(request, context), context.logger) {
        case .refused(let refusal, let fields): return Response(refusal, fields: fields)
        case .admitted(let passage):
            do {
                var response = try await next(request, context)
                response.headers.append(contentsOf: await passage.settle(response.status))
                return response
            } catch {
                let known = error as? any HTTPResponseError
                if known == nil {
                    // Nobody further out sees what it was, and a client that goes away is nothing to mend.
                    let level: Logger.Level = error is CancellationError ? .debug : .error
                    context.logger.log(level: level, "a request failed", metadata: ["error": "\(error)"])
                }
                let fields = await passage.settle(known?.status ?? .internalServerError)
                throw ErrorWithFields(underlying: error, fields: fields)
            }
        }
    }

    private func admit(_ descriptor: Descriptor, cost: Int, _ logger: Logger) async throws(HTTPError) -> Admission {
        do throws(WeirError) {
            return try await gate.admit(descriptor, cost: cost, logger: logger)
        } catch {
            if let response = gate.response(to: error) { return .refused(response, fields: HTTPFields()) }
            throw HTTPError(.init(for: error), message: "The rate limit could not be checked.")
        }
    }
}
#endif
