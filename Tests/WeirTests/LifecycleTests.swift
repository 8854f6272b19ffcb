import Logging
import ServiceLifecycle
import TestSupport
import Testing
import Weir

@Suite struct LifecycleTests {
    private static let rules = [Rule("token", per: .token, limit: Limit(5, per: .minute))]
    private static let descriptor = Descriptor(token: "t")

    private func configuration(_ deadline: Duration) -> RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration.patient
        configuration.deadline = deadline
        configuration.clientName = "lifecycle"
        return configuration
    }

    @Test func asAServiceItConnectsFirstAndClosesInOrder() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration(.seconds(5)))
        let group = ServiceGroup(
            services: [limiter],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect(limiter.readiness == .notReady(reason: .connecting))
        let running = Task { try await group.run() }
        let isConnected = try await eventually { try server.command("CLIENT", "LIST").contains("name=lifecycle") }
        #expect(isConnected, "before any request")
        #expect(try await limiter.acquire(Self.descriptor).isAllowed)
        await group.triggerGracefulShutdown()
        try await running.value
        await #expect(throws: WeirError.self) { try await limiter.acquire(Self.descriptor) }
        let isGone = try await eventually { try !server.command("CLIENT", "LIST").contains("name=lifecycle") }
        #expect(isGone)
        #expect(limiter.readiness == .notReady(reason: .shutDown))
    }

    /// Does its last work when the service ends, as whoever serves requests does.
    private struct LastRequest: Service {
        let limiter: RateLimiter
        let keeper: QuotaKeeper

        func run() async throws {
            try await gracefulShutdown()
            #expect(try await limiter.acquire(LifecycleTests.descriptor).usage.source == .redis)
            #expect(try await keeper.create(by: "anna").isCreated)
        }
    }

    @Test func whatIsBuiltOnItStillHasItsDecisionsWhileItEnds() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration(.seconds(5)))
        let keeper = try QuotaKeeper(redis: server.url, configuration: configuration(.seconds(5)))
        let group = ServiceGroup(
            services: [limiter, keeper, LastRequest(limiter: limiter, keeper: keeper)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await group.run() }
        #expect(try await eventually { limiter.readiness == .ready && keeper.readiness == .ready })
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(limiter.readiness == .notReady(reason: .shutDown))
        #expect(keeper.readiness == .notReady(reason: .shutDown))
    }

    @Test func whoeverGivesUpKnowsWhetherItMayHaveCounted() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(
            redis: server.url,
            rules: Self.rules,
            configuration: configuration(.seconds(1))
        )
        // The first call may wait for the connection longer than that on a busy machine.
        while (try? await limiter.peek(Self.descriptor)) == nil {}
        server.stopForAWhile()
        do {
            _ = try await limiter.acquire(Self.descriptor)
            Issue.record("a stopped Redis answered")
        } catch {
            #expect(error.code == .timedOut && error.mayHaveCounted && !error.isRetryable)
        }
        server.goOn()
        await limiter.shutdown()
        do {
            _ = try await limiter.acquire(Self.descriptor)
            Issue.record("it answered after its shutdown")
        } catch {
            #expect(error.code == .shutDown && !error.mayHaveCounted)
        }
    }

    @Test func aCancelledTaskGetsItsAnswerAtOnce() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration(.seconds(60)))
        _ = try await limiter.peek(Self.descriptor)
        server.stopForAWhile()
        let task = Task { () -> WeirError? in
            do throws(WeirError) {
                _ = try await limiter.acquire(Self.descriptor)
                return nil
            } catch {
                return error
            }
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        server.goOn()
        await limiter.shutdown()
    }
}
