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

@Suite struct RateLimitMiddlewareTests {
    private struct Unforeseen: Error {}

    private func application(_ limiter: RateLimiter) throws -> some ApplicationProtocol {
        let router = Router()
        let fields = try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]])
        router.add(
            middleware: RateLimitMiddleware(limiter: limiter, fields: fields) { request, context in
                guard let token = request.headers[.authorization] else { throw HTTPError(.unauthorized) }
                if token == "free" { return nil }
                return Descriptor(token: token, endpoint: context.endpointPath ?? "", group: "acme")
            }
        )
        router.get("ok") { _, _ in "ok" }
        router.get("gone") { _, _ -> String in throw HTTPError(.gone, message: "it has left") }
        router.get("broken") { _, _ -> String in throw Unforeseen() }
        return Application(router: router)
    }

    private static let rules = [
        Rule("endpoint", per: .token, .endpoint, limit: Limit(2, per: .minute)),
        Rule("group", per: .group, limit: Limit(1000, per: .day)),
    ]

    @Test func everyResponseTellsWhereTheClientStands() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: Self.rules)
        try await application(limiter).test(.router) { client in
            for (path, status) in [("/ok", 200), ("/gone", 410), ("/broken", 500)] {
                try await client.execute(uri: path, method: .get, headers: [.authorization: "a"]) { response in
                    #expect(response.status.code == status)
                    #expect(response.headers[.rateLimit]?.hasPrefix("limit=2, remaining=1, reset=") == true)
                    #expect(response.headers[values: .rateLimit].count == 1)
                    #expect(response.headers[.xRateLimitEpochLimit] == "1000")
                }
            }
        }
    }

    @Test func whatDoesNotFitIs429() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: Self.rules)
        try await application(limiter).test(.router) { client in
            for _ in 0..<2 {
                try await client.execute(uri: "/ok", method: .get, headers: [.authorization: "a"]) { _ in }
            }
            try await client.execute(uri: "/ok", method: .get, headers: [.authorization: "a"]) { response in
                #expect(response.status == .tooManyRequests)
                #expect(response.headers[.rateLimit]?.hasPrefix("limit=2, remaining=0, reset=") == true)
                #expect(response.headers[.retryAfter] != nil)
                #expect(String(buffer: response.body).contains("Too many requests"))
            }
            try await client.execute(uri: "/ok", method: .get, headers: [.authorization: "b"]) { response in
                #expect(response.status == .ok)
            }
        }
    }

    @Test func aRefusalHasTheStatusOfItsRule() async throws {
        let rules = [Rule("group", per: .group, limit: Limit(1, per: .day))]
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: rules)
        let refusals = Refusals(byRule: ["group": Refusal(status: .init(code: 402), code: "groupLimitReached")])
        let router = Router()
        router.add(
            middleware: RateLimitMiddleware(
                limiter: limiter,
                fields: try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]]),
                refusals: refusals
            ) { _, _ in Descriptor(group: "acme") }
        )
        router.get("ok") { _, _ in "ok" }
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/ok", method: .get) { #expect($0.headers[.xRateLimitWarning] == "group") }
            try await client.execute(uri: "/ok", method: .get) { response in
                #expect(response.status.code == 402)
                #expect(response.headers[.contentType] == "application/json; charset=utf-8")
                #expect(response.headers[.xRateLimitEpochRemaining] == "0" && response.headers[.retryAfter] != nil)
                #expect(String(buffer: response.body).hasPrefix(#"{"code":"groupLimitReached","limit":1,"#))
            }
        }
    }

    @Test func theClosureMayLetPassOrRefuse() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: Self.rules)
        try await application(limiter).test(.router) { client in
            for _ in 0..<5 {
                try await client.execute(uri: "/ok", method: .get, headers: [.authorization: "free"]) { response in
                    #expect(response.status == .ok && response.headers[.rateLimit] == nil)
                }
            }
            try await client.execute(uri: "/ok", method: .get) { #expect($0.status == .unauthorized) }
        }
    }

    /// What a client sees that asks while there is no Redis.
    private func withoutRedis(
        _ policy: FailurePolicy,
        breakerFailures: Int = 5,
        _ check: @escaping @Sendable (TestResponse) -> Void
    ) async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = policy
        configuration.breakerFailures = breakerFailures
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: Self.rules,
            configuration: configuration
        )
        try await application(limiter).test(.router) { client in
            // More often than the breaker lets pass.
            for _ in 0..<8 {
                try await client.execute(uri: "/ok", method: .get, headers: [.authorization: "a"], testCallback: check)
            }
        }
        await limiter.shutdown()
    }

    @Test(arguments: [0, 1, 5]) func withoutADecisionItIs503(breakerFailures: Int) async throws {
        try await withoutRedis(.fail, breakerFailures: breakerFailures) { response in
            #expect(response.status == .serviceUnavailable && response.headers[.rateLimit] == nil)
            #expect(response.headers[.contentType] == "application/json; charset=utf-8")
            #expect(String(buffer: response.body).hasPrefix(#"{"code":"temporarilyUnavailable","message":"#))
        }
    }

    @Test func withoutADecisionTheFormIsThatOfTheRefusals() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: [Rule("calls", per: .token, limit: Limit(2, per: .minute))],
            configuration: configuration
        )
        let log = RecordedLog()
        let router = Router()
        let refusals = Refusals(form: .problem)
        router.add(
            middleware: RateLimitMiddleware(limiter: limiter, refusals: refusals) { request, _ in
                Descriptor(token: request.headers[.authorization])
            }
        )
        router.get("ok") { _, _ in "ok" }
        try await Application(router: router, logger: log.logger).test(.router) { client in
            try await client.execute(uri: "/ok", method: .get, headers: [.authorization: "t"]) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(String(buffer: response.body).contains("#temporary-reduced-capacity"))
            }
            #expect(log.lines.filter { $0.contains("no rate limit decision") }.count == 1)
            try await client.execute(uri: "/ok", method: .get) { #expect($0.status == .internalServerError) }
            #expect(log.lines.filter { $0.contains("no rate limit decision") }.count == 2)
        }
        await limiter.shutdown()
    }

    @Test func whatIsAllowedWithoutRedisGoesOnWithoutFields() async throws {
        try await withoutRedis(.allow) { response in
            #expect(response.status == .ok && String(buffer: response.body) == "ok")
            #expect(response.headers[.rateLimit] == nil && response.headers[.retryAfter] == nil)
            #expect(response.headers[.xRateLimitEpochLimit] == nil && response.headers[.xRateLimitWarning] == nil)
        }
    }

    @Test func whatIsDeniedWithoutRedisIs503WithAWait() async throws {
        try await withoutRedis(.deny) { response in
            #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "1")
            #expect(response.headers[.rateLimit] == nil && response.headers[.xRateLimitEpochLimit] == nil)
            #expect(String(buffer: response.body).hasPrefix(#"{"code":"temporarilyUnavailable","message":"#))
        }
    }

    @Test func whatIsCountedWithoutRedisIs429WhenItsShareIsUsed() async throws {
        let statuses = Mutex<[Int]>([])
        try await withoutRedis(.local(share: 0.5)) { response in
            statuses.withLock { $0.append(response.status.code) }
            #expect(response.headers[.rateLimit]?.hasPrefix("limit=1, remaining=0, reset=") == true)
            #expect(response.headers[.xRateLimitEpochLimit] == "500")
        }
        #expect(statuses.withLock { $0 } == [200] + Array(repeating: 429, count: 7))
    }

    @Test func aMistakeIs500WhateverThePolicy() async throws {
        let limiter = try RateLimiter(redis: "unix:///nowhere/redis.sock", rules: Self.rules)
        let router = Router()
        router.add(middleware: RateLimitMiddleware(limiter: limiter) { _, _ in Descriptor(group: "acme") })
        router.get("ok") { _, _ in "ok" }
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/ok", method: .get) { #expect($0.status == .internalServerError) }
        }
        await limiter.shutdown()
    }
}
#endif
