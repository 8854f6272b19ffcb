#if Hummingbird
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP
import WeirHummingbird

/// What requests are charged by what becomes of them.
@Suite struct ChargingMiddlewareTests {
    private struct Unforeseen: Error {}

    private static let descriptor = Descriptor(token: "t")
    private static let rule = Rule("calls", per: .token, limit: Limit(10, per: .day))

    private func application(
        _ limiter: RateLimiter,
        _ settings: RequestGate.Settings,
        skip: @escaping RateLimitMiddleware<BasicRequestContext>.Skip = { _, _ in false },
        cost: @escaping RateLimitMiddleware<BasicRequestContext>.Cost = { _, _ in 1 }
    ) -> some ApplicationProtocol {
        let router = Router()
        router.add(
            middleware: RateLimitMiddleware(limiter: limiter, settings: settings, skip: skip, cost: cost) { _, _ in
                Self.descriptor
            }
        )
        router.get("ok") { _, _ in "ok" }
        router.get("streamed") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "long"))
                    try await writer.finish(nil)
                }
            )
        }
        router.get("away") { _, _ in HTTPResponse.Status.serviceUnavailable }
        router.get("gone") { _, _ -> String in throw HTTPError(.gone, message: "it has left") }
        router.get("bad") { _, _ -> String in throw HTTPError(.badGateway) }
        router.get("broken") { _, _ -> String in throw Unforeseen() }
        return Application(router: router)
    }

    private func limiter() throws -> RateLimiter {
        try RateLimiter(inMemory: InMemoryStore(clock: ManualClock()), rules: [Self.rule])
    }

    /// The statuses of some requests, each of which must tell what it has left.
    private func statuses(
        _ application: some ApplicationProtocol,
        _ paths: [(path: String, remaining: Int)]
    ) async throws -> [Int] {
        try await application.test(.router) { client in
            var statuses: [Int] = []
            for (path, remaining) in paths {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.headers[.rateLimit]?.contains("remaining=\(remaining),") == true, "\(path)")
                #expect(response.headers[values: .rateLimit].count == 1)
                statuses.append(response.status.code)
            }
            return statuses
        }
    }

    @Test func whatTheServerFailedToDoIsGivenBack() async throws {
        let limiter = try limiter()
        let application = application(limiter, .init(charging: .refundingServerErrors))
        let statuses = try await statuses(
            application,
            [("/ok", 9), ("/away", 9), ("/bad", 9), ("/broken", 9), ("/gone", 8), ("/nowhere", 7), ("/streamed", 6)]
        )
        #expect(statuses == [200, 503, 502, 500, 410, 404, 200])
        #expect(try await limiter.peek(Self.descriptor)["calls"]?.used == 4)
    }

    @Test func onlySuccessMayCount() async throws {
        let limiter = try limiter()
        let application = application(limiter, .init(charging: .countingOnly(200..<300)))
        let statuses = try await statuses(
            application,
            [("/ok", 9), ("/gone", 9), ("/nowhere", 9), ("/broken", 9), ("/streamed", 8)]
        )
        #expect(statuses == [200, 410, 404, 500, 200])
        #expect(try await limiter.peek(Self.descriptor)["calls"]?.used == 2)
    }

    @Test func theCostIsWhatTheClosureSays() async throws {
        let limiter = try limiter()
        let application = application(
            limiter,
            .init(),
            cost: { request, _ in
                guard let cost = request.uri.queryParameters.get("cost", as: Int.self) else {
                    throw HTTPError(.badRequest)
                }
                return cost
            }
        )
        #expect(
            try await statuses(application, [("/ok?cost=7", 3), ("/ok?cost=4", 0), ("/ok?cost=3", 0)]) == [
                200, 429, 200,
            ]
        )
        try await application.test(.router) { client in
            for (path, status) in [("/ok?cost=x", 400), ("/ok?cost=11", 500), ("/ok?cost=0", 500)] {
                try await client.execute(uri: path, method: .get) { #expect($0.status.code == status) }
            }
        }
    }

    @Test func whatIsSkippedIsNotEvenDescribed() async throws {
        let limiter = try limiter()
        let router = Router()
        router.add(
            middleware: RateLimitMiddleware(
                limiter: limiter,
                settings: .init(),
                skip: { request, _ in request.uri.path == "/health" },
                describe: { _, _ in throw HTTPError(.unauthorized) }
            )
        )
        router.get("health") { _, _ in "well" }
        router.get("ok") { _, _ in "ok" }
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/health", method: .get) { response in
                #expect(response.status == .ok && response.headers[.rateLimit] == nil)
            }
            try await client.execute(uri: "/ok", method: .get) { #expect($0.status == .unauthorized) }
        }
    }

    @Test func inTheShadowNobodyIsRefusedAndEachDenialIsReported() async throws {
        let denied = Mutex<[[String]]>([])
        let settings = RequestGate.Settings(
            mode: .shadow,
            onDecision: { decision, _ in
                if case .denied(let denial) = decision { denied.withLock { $0.append(denial.violated) } }
            }
        )
        try await application(try limiter(), settings).test(.router) { client in
            for _ in 0..<12 {
                try await client.execute(uri: "/ok", method: .get) { response in
                    #expect(response.status == .ok && response.headers[.rateLimit] == nil)
                    #expect(response.headers[.xRateLimitWarning] == nil && response.headers[.retryAfter] == nil)
                }
            }
            try await client.execute(uri: "/broken", method: .get) { #expect($0.status == .internalServerError) }
        }
        #expect(denied.withLock { $0 } == [["calls"], ["calls"], ["calls"]])
    }

    @Test func aRefusalMayBeAProblem() async throws {
        let settings = RequestGate.Settings(refusals: Refusals(form: .problem))
        try await application(try limiter(), settings, cost: { _, _ in 10 }).test(.router) { client in
            try await client.execute(uri: "/ok", method: .get) { #expect($0.status == .ok) }
            try await client.execute(uri: "/ok", method: .get) { response in
                #expect(response.status == .tooManyRequests && response.headers[.retryAfter] != nil)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(String(buffer: response.body).contains(#""violated-policies":["calls"]"#))
            }
        }
    }

    @Test func aClientThatGoesAwayIsStillGivenBackItsCharge() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: [Self.rule], configuration: .patient)
        let router = Router()
        router.add(
            middleware: RateLimitMiddleware(
                limiter: limiter,
                settings: .init(charging: .refundingServerErrors)
            ) { _, _ in Self.descriptor }
        )
        let isCancelled = Mutex(false)
        router.get("slow") { _, _ -> String in
            // What becomes of the request's task when its connection is closed.
            withUnsafeCurrentTask { $0?.cancel() }
            isCancelled.withLock { $0 = Task.isCancelled }
            try await Task.sleep(for: .seconds(600))
            return "too late"
        }
        try await Application(router: router).test(.router) { client in
            _ = try? await client.execute(uri: "/slow", method: .get)
        }
        #expect(isCancelled.withLock { $0 })
        #expect(try await limiter.peek(Self.descriptor)["calls"]?.used == 0)
        await limiter.shutdown()
    }
}
#endif
