#if Hummingbird
import Hummingbird
import Logging
import Weir
import WeirHTTP

/// Answers where Weir has no answer to a quota or a usage, and says so in the log.
struct QuotaErrors<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as WeirError {
            let status = HTTPResponse.Status(for: error)
            // What the client has said wrong is no fault of the service.
            let level: Logger.Level = status.code >= 500 ? .warning : .debug
            context.logger.log(level: level, "no answer of a quota", metadata: ["error": "\(error)"])
            throw HTTPError(status, message: Self.message(of: error, status))
        }
    }

    /// What a client is told; where Redis is, and what is wrong with it, stands in the log alone.
    private static func message(of error: WeirError, _ status: HTTPResponse.Status) -> String {
        switch status {
        case .serviceUnavailable:
            error.mayHaveCounted
                ? "The quota could not be checked, and this may have counted. Try again with the same Idempotency-Key."
                : "The quota could not be checked. Try again."
        case .internalServerError: "The quota cannot be checked until somebody has mended the service."
        default: error.message
        }
    }
}
#endif
