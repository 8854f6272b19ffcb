#if Hummingbird
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP
import WeirHummingbird

/// What becomes of errors on their way through the middleware.
@Suite struct ErrorWithFieldsTests {
    private struct NotFound: Error {}
    private struct Unforeseen: Error {}

    /// Answers an error of one kind; `isInside` says whether it is asked before the limiter's middleware.
    private struct Mapping<Context: RequestContext>: RouterMiddleware {
        let isInside: Bool

        func handle(
            _ request: Request,
            context: Context,
            next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch is NotFound where isInside {
                return Response(status: .notFound)
            } catch let error as ErrorWithFields where error.underlying is NotFound {
                return Response(status: .notFound, headers: error.fields)
            }
        }
    }

    private let log = RecordedLog()

    private func application(mappingInside: Bool) throws -> some ApplicationProtocol {
        let limiter = try RateLimiter(
            inMemory: InMemoryStore(clock: ManualClock()),
            rules: [Rule("calls", per: .token, limit: Limit(10, per: .day))]
        )
        let router = Router()
        if !mappingInside { router.add(middleware: Mapping(isInside: false)) }
        router.add(middleware: RateLimitMiddleware(limiter: limiter) { _, _ in Descriptor(token: "t") })
        if mappingInside { router.add(middleware: Mapping(isInside: true)) }
        router.get("missing") { _, _ -> String in throw NotFound() }
        router.get("broken") { _, _ -> String in throw Unforeseen() }
        router.get("away") { _, _ -> String in throw CancellationError() }
        router.get("gone") { _, _ -> String in throw HTTPError(.gone) }
        return Application(router: router, logger: log.logger)
    }

    @Test(arguments: [false, true]) func anErrorCanBeMappedOutsideAndInside(mappingInside: Bool) async throws {
        try await application(mappingInside: mappingInside).test(.router) { client in
            for (path, status) in [("/missing", 404), ("/broken", 500), ("/gone", 410)] {
                try await client.execute(uri: path, method: .get) { response in
                    #expect(response.status.code == status, "\(path)")
                    #expect(response.headers[values: .rateLimit].count == 1, "\(path)")
                }
            }
        }
    }

    @Test func anErrorThatNobodyForesawIsLogged() async throws {
        try await application(mappingInside: true).test(.router) { client in
            for path in ["/broken", "/gone", "/missing", "/away"] {
                _ = try await client.execute(uri: path, method: .get)
            }
        }
        let lines = log.lines.filter { $0.contains("a request failed") }
        #expect(lines.count == 2, "what has a response of its own is none")
        #expect(lines.first?.hasPrefix("error a request failed error=Unforeseen()") == true)
        #expect(lines.last?.hasPrefix("debug a request failed error=CancellationError()") == true)
    }
}
#endif
