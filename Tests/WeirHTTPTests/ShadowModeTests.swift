import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Weir
import WeirHTTP

@Suite struct ShadowModeTests {
    private static let rules = [
        Rule("calls", per: .token, limit: Limit(2, per: .minute)),
        Rule("group", per: .group, limit: Limit(100, per: .day)),
    ]
    private static let descriptor = Descriptor(token: "s3cr3t", group: "acme")

    private let metrics = CountingMetrics()
    private let log = RecordedLog()

    private func settings(
        _ charging: Charging = .always,
        onDecision: (@Sendable (Decision, Descriptor) -> Void)? = nil
    ) -> RequestGate.Settings {
        RequestGate.Settings(
            mode: .shadow,
            charging: charging,
            onDecision: onDecision,
            metrics: metrics,
            logger: log.logger
        )
    }

    @Test func nothingIsRefusedAndEachDenialIsReported() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(clock: ManualClock()), rules: Self.rules)
        let denied = Mutex<[[String]]>([])
        let gate = RequestGate(
            limiter: limiter,
            settings: settings(onDecision: { decision, _ in
                if case .denied(let denial) = decision { denied.withLock { $0.append(denial.violated) } }
            })
        )
        for attempt in 1...5 {
            let passage = try await gate.admit(Self.descriptor).passage
            #expect(passage.decision.isAllowed == (attempt <= 2))
            #expect(passage.fields.isEmpty)
            #expect(await passage.settle(.ok).isEmpty)
        }
        #expect(denied.withLock { $0 } == [["calls"], ["calls"], ["calls"]])
        #expect(metrics.counts == ["weir_shadow_denials calls": 3])
        #expect(log.lines == Array(repeating: "info a rate limit would have refused rules=calls", count: 3))
        let usage = try await limiter.peek(Self.descriptor)
        #expect(usage["calls"]?.used == 2 && usage["group"]?.used == 2, "what fits is counted, and nothing else")
    }

    @Test func whatFailsIsGivenBackAndWhatWasNotCountedIsNot() async throws {
        let limiter = try RateLimiter(inMemory: InMemoryStore(clock: ManualClock()), rules: Self.rules)
        let gate = RequestGate(limiter: limiter, settings: settings(.refundingServerErrors))
        let passages = try await [
            gate.admit(Self.descriptor).passage, gate.admit(Self.descriptor).passage,
            gate.admit(Self.descriptor).passage,
        ]
        _ = await passages[2].settle(.internalServerError)
        #expect(try await limiter.peek(Self.descriptor)["calls"]?.used == 2, "the third was not counted")
        _ = await passages[0].settle(.internalServerError)
        #expect(try await limiter.peek(Self.descriptor)["calls"]?.used == 1)
    }

    @Test func withoutADecisionRequestsPass() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: Self.rules,
            configuration: configuration
        )
        let gate = RequestGate(limiter: limiter, settings: settings(.refundingServerErrors))
        let passage = try await gate.admit(Self.descriptor).passage
        #expect(passage.decision.isAllowed && passage.usage.source == .policy)
        #expect(passage.usage.failure?.code == .unreachable)
        #expect(await passage.settle(.internalServerError).isEmpty)
        #expect(log.lines.count == 1 && log.lines[0].hasPrefix("debug no rate limit decision error=unreachable"))
        _ = try await gate.admit(Descriptor()).passage
        #expect(log.lines.count == 2 && log.lines[1].hasPrefix("error no rate limit decision error=invalid_descriptor"))
        await limiter.shutdown()
        _ = try await gate.admit(Self.descriptor).passage
    }
}
