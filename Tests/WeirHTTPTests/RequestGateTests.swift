import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

@Suite struct RequestGateTests {
    private static let rule = Rule("calls", per: .token, limit: Limit(2, per: .minute), warnAt: 1)
    private static let descriptor = Descriptor(token: "t")

    private func limiter() throws -> RateLimiter {
        let store = InMemoryStore(clock: ManualClock(), startingAt: .seconds(1_800_000_000))
        return try RateLimiter(inMemory: store, rules: [Self.rule])
    }

    @Test func whatFitsPassesWithItsFields() async throws {
        let gate = RequestGate(limiter: try limiter())
        let passage = try await gate.admit(Self.descriptor).passage
        #expect(passage.decision.isAllowed && passage.usage["calls"]?.remaining == 1)
        #expect(passage.fields[.rateLimit] == "limit=2, remaining=1, reset=61")
        #expect(await passage.settle(.internalServerError) == passage.fields, "every outcome counts by default")
        #expect(try await limiter().peek(Self.descriptor)["calls"]?.used == 0, "limiters share nothing")
    }

    @Test func whatDoesNotFitIsRefusedWithItsFields() async throws {
        let denied = Mutex<[[String]]>([])
        let settings = RequestGate.Settings(onDecision: { decision, descriptor in
            #expect(descriptor == Self.descriptor)
            if case .denied(let denial) = decision { denied.withLock { $0.append(denial.violated) } }
        })
        let gate = RequestGate(limiter: try limiter(), settings: settings)
        _ = try await gate.admit(Self.descriptor, cost: 2).passage
        #expect(denied.withLock { $0 }.isEmpty)
        let (response, fields) = try await gate.admit(Self.descriptor).refusal
        #expect(response.status == .tooManyRequests)
        #expect(fields[.rateLimit] == "limit=2, remaining=0, reset=61" && fields[.retryAfter] == "61")
        #expect(denied.withLock { $0 } == [["calls"]])
    }

    @Test func settingsMayChangeFromOneRequestToTheNext() async throws {
        let mode = Mutex(RequestGate.Mode.shadow)
        let gate = RequestGate(limiter: try limiter(), following: { RequestGate.Settings(mode: mode.withLock { $0 }) })
        _ = try await gate.admit(Self.descriptor, cost: 2).passage
        #expect(try await gate.admit(Self.descriptor).passage.decision.isAllowed == false)
        mode.withLock { $0 = .enforce }
        #expect(try await gate.admit(Self.descriptor).refusal.0.status == .tooManyRequests)
    }

    @Test func byWhomARuleCountsIsToldWithoutGivingAnybodyAway() async throws {
        var settings = RequestGate.Settings(fields: try RateLimitFields([.list]), charging: .refundingServerErrors)
        settings.partitionKey = RequestGate.Settings.hashedPartitionKey(of: .token, secret: "secret")
        let key = try #require(settings.partitionKey?(Self.descriptor))
        #expect(key.count == 8 && settings.partitionKey?(Self.descriptor) == key)
        #expect(settings.partitionKey?(Descriptor(token: "u")) != key)
        #expect(settings.partitionKey?(Descriptor(group: "t")) == nil, "nobody is counted by")
        let other = RequestGate.Settings.hashedPartitionKey(of: .token, secret: "another")
        #expect(other(Self.descriptor) != key, "who does not know the secret finds no name by trying")
        let gate = RequestGate(limiter: try limiter(), settings: settings)
        func told(_ fields: HTTPFields) -> [[UInt8]?] {
            RateLimitReading(fields, receivedAt: .zero).reports.map(\.partitionKey)
        }
        let passage = try await gate.admit(Self.descriptor, cost: 2).passage
        #expect(told(passage.fields) == [key])
        #expect(told(try await gate.admit(Self.descriptor).refusal.fields) == [key])
        #expect(told(await passage.settle(.internalServerError)) == [key])
    }

    @Test func withoutADecisionOneLineIsLogged() async throws {
        let log = RecordedLog()
        let gate = RequestGate(limiter: try limiter(), settings: .init(logger: log.logger))
        _ = try? await gate.admit(Descriptor())
        #expect(log.lines.count == 1 && log.lines[0].hasPrefix("error no rate limit decision error=invalid_descriptor"))
    }

    @Test func aPassageTellsWhenTheLimitIsNear() async throws {
        let log = RecordedLog()
        let gate = RequestGate(limiter: try limiter(), settings: .init(logger: log.logger))
        #expect(try await !gate.admit(Self.descriptor).passage.isNearLimit)
        #expect(log.lines.isEmpty)
        let passage = try await gate.admit(Self.descriptor).passage
        #expect(passage.isNearLimit && passage.fields[.xRateLimitWarning] == "calls")
        #expect(log.lines == ["info near a rate limit rules=calls"])
    }

    @Test func theLoggerOfTheRequestComesFirst() async throws {
        let log = RecordedLog()
        let own = RecordedLog()
        let gate = RequestGate(limiter: try limiter(), settings: .init(logger: log.logger))
        _ = try await gate.admit(Self.descriptor, cost: 2, logger: own.logger)
        #expect(log.lines.isEmpty && own.lines == ["info near a rate limit rules=calls"])
    }

    @Test func withoutADecisionTheErrorHasAStatus() async throws {
        let gate = RequestGate(limiter: try limiter())
        let mistakes = [(Descriptor(), 1), (Self.descriptor, 0), (Self.descriptor, 3)]
        for (descriptor, cost) in mistakes {
            let error = await #expect(throws: WeirError.self) { try await gate.admit(descriptor, cost: cost) }
            #expect(try HTTPResponse.Status(for: #require(error)) == .internalServerError)
        }
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: [Self.rule],
            configuration: configuration
        )
        let error = await #expect(throws: WeirError.self) {
            try await RequestGate(limiter: limiter).admit(Self.descriptor)
        }
        await limiter.shutdown()
        #expect(try HTTPResponse.Status(for: #require(error)) == .serviceUnavailable)
    }

    @Test func whatAClientSaysWrongOfASiteIsItsOwnMistake() async throws {
        let keeper = try QuotaKeeper(inMemory: InMemoryStore())
        let error = await #expect(throws: WeirError.self) {
            try await keeper.register(site: "no site", for: "acme", application: "crm")
        }
        #expect(try HTTPResponse.Status(for: #require(error)) == .badRequest)
    }
}
