import HTTPTypes
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

/// What is settled through a real Redis.
@Suite struct GateOverRedisTests {
    private static let descriptor = Descriptor(token: "t", group: "acme")

    private let server: RedisServer
    private let limiter: RateLimiter

    init() throws {
        server = try RedisServer()
        let rules = [
            Rule("calls", per: .token, limit: Limit(10, per: .day)),
            Rule("group", per: .group, limit: Limit(1000, per: .day)),
        ]
        var configuration = RateLimiter.Configuration.patient
        configuration.denialMemory = .seconds(60)
        limiter = try RateLimiter(redis: server.url, rules: rules, configuration: configuration)
    }

    private func used() async throws -> Int? { try await limiter.peek(Self.descriptor)["calls"]?.used }

    @Test func anOutcomeDecidesWhatIsCharged() async throws {
        let gate = RequestGate(limiter: limiter, settings: .init(charging: .refundingServerErrors))
        let passages = try await [
            gate.admit(Self.descriptor, cost: 4).passage, gate.admit(Self.descriptor, cost: 6).passage,
        ]
        #expect(try await gate.admit(Self.descriptor).refusal.response.status == .tooManyRequests)
        let fields = await passages[0].settle(.badGateway)
        #expect(fields[.rateLimit]?.hasPrefix("limit=10, remaining=4,") == true)
        _ = await passages[1].settle(.ok)
        #expect(try await used() == 6)
        _ = try await gate.admit(Self.descriptor, cost: 4).passage
        await limiter.shutdown()
    }

    @Test func theRestIsChargedAsFarAsItFits() async throws {
        let gate = RequestGate(limiter: limiter, settings: .init(charging: .actual { $0 == .ok ? 30 : 2 }))
        let fields = try await gate.admit(Self.descriptor, cost: 3).passage.settle(.notFound)
        #expect(fields[.rateLimit]?.hasPrefix("limit=10, remaining=8,") == true)
        _ = try await gate.admit(Self.descriptor).passage.settle(.ok)
        #expect(try await used() == 10)
        await limiter.shutdown()
    }

    @Test func aCancelledRequestIsStillSettled() async throws {
        let gate = RequestGate(limiter: limiter, settings: .init(charging: .refundingServerErrors))
        let passage = try await gate.admit(Self.descriptor, cost: 3).passage
        let limiter = limiter
        let request = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            // As a control: whatever is asked here itself is given up.
            await #expect(throws: WeirError.self) { try await limiter.acquire(Self.descriptor) }
            return await passage.settle(.internalServerError)
        }
        #expect(await request.value[.rateLimit]?.hasPrefix("limit=10, remaining=10,") == true)
        #expect(try await used() == 0)
        await limiter.shutdown()
    }

    @Test func aRefundThatFailsIsLoggedAndChangesNoResponse() async throws {
        let log = RecordedLog()
        let gate = RequestGate(
            limiter: limiter,
            settings: .init(charging: .refundingServerErrors, logger: log.logger)
        )
        let passage = try await gate.admit(Self.descriptor).passage
        await limiter.shutdown()
        #expect(await passage.settle(.internalServerError) == passage.fields)
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("warning a charge could not be settled error=shut_down") == true)
    }

    @Test func aHundredAtOnceThroughTwoLimitersNeverHoldMoreThanTheLimit() async throws {
        let rules = [Rule("calls", per: .token, limit: Limit(10, per: .day))]
        let server = server
        let gates = try (0..<2).map { _ in
            let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
            return (limiter, RequestGate(limiter: limiter, settings: .init(charging: .countingOnly([.ok]))))
        }
        let descriptor = Descriptor(token: "u")
        let counted = try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    guard case .admitted(let passage) = try await gates[number % 2].1.admit(descriptor) else {
                        return 0
                    }
                    _ = await passage.settle(number % 3 == 0 ? .ok : .notFound)
                    return number % 3 == 0 ? 1 : 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(counted <= 10)
        #expect(try await gates[0].0.peek(descriptor)["calls"]?.used == counted)
        for (limiter, _) in gates { await limiter.shutdown() }
        await limiter.shutdown()
    }
}
