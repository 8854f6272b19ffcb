#if Hummingbird
public import Hummingbird

/// An error from further in, whose response tells the client where it stands as any other does.
///
/// ``RateLimitMiddleware`` throws it in place of what it has caught. Middlewares that were added to the router before it
/// are outside of it, and those that look at the kind of an error find it in ``underlying``:
///
/// ```swift
/// struct NotFoundPage<Context: RequestContext>: RouterMiddleware {
///     func handle(
///         _ request: Request,
///         context: Context,
///         next: (Request, Context) async throws -> Response
///     ) async throws -> Response {
///         do {
///             return try await next(request, context)
///         } catch let error as ErrorWithFields where error.underlying is NotFound {
///             return Response(status: .notFound, headers: error.fields)
///         }
///     }
/// }
/// ```
///
/// One that turns errors into responses is better added after ``RateLimitMiddleware``: then the fields go on its response.
public struct ErrorWithFields: HTTPResponseError {
    /// What was thrown further in.
    public let underlying: any Error
    /// What its response tells of the client's limits.
    public let fields: HTTPFields

    /// That of the underlying error; 500 if it has none.
    public var status: HTTPResponse.Status { (underlying as? any HTTPResponseError)?.status ?? .internalServerError }

    /// The response of the underlying error, or an empty one, with the fields.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - context: its context.
    /// - Returns: the response.
    /// - Throws: what the underlying error throws when it is asked for its response.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        var response =
            try (underlying as? any HTTPResponseError)?.response(from: request, context: context)
            ?? Response(status: status)
        response.headers.append(contentsOf: fields)
        return response
    }
}
#endif
