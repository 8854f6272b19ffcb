import HTTPTypes
import SeededRandom
import Synchronization
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP

/// What a request costs in the end, over a store in memory on a clock that stands still.
@Suite struct ChargingTests {
    private static let rules = [
        Rule("calls", per: .token, limit: Limit(10, per: .minute)),
        Rule("group", per: .group, limit: Limit(100, per: .day)),
        Rule("seen", observing: .token, per: .day),
    ]
    private static let descriptor = Descriptor(token: "t", group: "acme")

    private let limiter: RateLimiter

    init() throws {
        let store = InMemoryStore(clock: ManualClock(), startingAt: .seconds(1_800_000_000))
        limiter = try RateLimiter(inMemory: store, rules: Self.rules)
    }

    private func passage(_ charging: Charging, cost: Int = 1) async throws -> Passage {
        let gate = RequestGate(limiter: limiter, settings: .init(charging: charging))
        return try await gate.admit(Self.descriptor, cost: cost).passage
    }

    /// How many requests are under way and have counted, and how many that were together at most.
    private final class Load: Sendable {
        private let state = Mutex((running: 0, counted: 0, most: 0))

        var counted: Int { state.withLock { $0.counted } }
        var most: Int { state.withLock { $0.most } }

        func begin() {
            state.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running + $0.counted)
            }
        }

        func end(counts: Bool) {
            state.withLock {
                $0.running -= 1
                if counts { $0.counted += 1 }
            }
        }
    }

    /// The units of each rule, which are always the same.
    private func used() async throws -> Int {
        let usage = try await limiter.peek(Self.descriptor)
        #expect(Set(usage.rules.map(\.used)).count == 1, "all windows are charged alike")
        return try #require(usage["calls"]).used
    }

    @Test(arguments: [(200, 3), (404, 3), (499, 3), (500, 0), (503, 0), (599, 0), (600, 3)])
    func whatTheServerFailedToDoIsGivenBack(status: Int, left: Int) async throws {
        let passage = try await passage(.refundingServerErrors, cost: 3)
        #expect(passage.fields[.rateLimit]?.hasPrefix("limit=10, remaining=7,") == true)
        #expect(try await used() == 3, "it is reserved meanwhile")
        let fields = await passage.settle(.init(code: status))
        #expect(try await used() == left)
        #expect(fields[.rateLimit]?.hasPrefix("limit=10, remaining=\(10 - left),") == true, "the fields tell it")
    }

    @Test(arguments: [(200, 1), (204, 1), (301, 0), (401, 0), (500, 0)])
    func onlySuccessMayCount(status: Int, left: Int) async throws {
        _ = try await passage(.countingOnly(200..<300)).settle(.init(code: status))
        #expect(try await used() == left)
    }

    @Test(arguments: [(200, 0), (401, 1), (403, 1), (500, 0)])
    func onlySomeStatusesMayCount(status: Int, left: Int) async throws {
        _ = try await passage(.countingOnly([.unauthorized, .forbidden])).settle(.init(code: status))
        #expect(try await used() == left)
    }

    @Test(arguments: [(-1, 0), (0, 0), (2, 2), (5, 5), (7, 7), (10, 10), (11, 10), (1000, 10)])
    func theCostMayTurnOutLater(actual: Int, left: Int) async throws {
        let fields = try await passage(.actual { _ in actual }, cost: 5).settle(.ok)
        #expect(try await used() == left)
        #expect(fields[.rateLimit]?.hasPrefix("limit=10, remaining=\(10 - left),") == true)
        #expect(fields[.retryAfter] == nil, "the request was admitted, whatever it turns out to cost")
    }

    @Test func whatNoLongerFitsIsNotCharged() async throws {
        let passage = try await passage(.actual { _ in 8 }, cost: 1)
        _ = try await limiter.acquire(Self.descriptor, cost: 9)
        let fields = await passage.settle(.ok)
        #expect(try await used() == 10)
        #expect(fields[.rateLimit]?.hasPrefix("limit=10, remaining=0,") == true && fields[.retryAfter] == nil)
    }

    @Test func theServiceMayKnowTheCost() async throws {
        _ = try await passage(.always, cost: 4).settle(.ok, cost: 6)
        #expect(try await used() == 6)
        _ = try await passage(.refundingServerErrors, cost: 4).settle(.internalServerError, cost: 1)
        #expect(try await used() == 7)
    }

    @Test func aSecondSettlementChangesNothing() async throws {
        _ = try await limiter.acquire(Self.descriptor, cost: 5)
        let passage = try await passage(.refundingServerErrors)
        let fields = await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { await passage.settle(.internalServerError) } }
            return await group.reduce(into: Set<HTTPFields>()) { $0.insert($1) }
        }
        #expect(try await used() == 5, "what others have used is not given back")
        #expect(fields.count == 1)
        let counted = try await self.passage(.refundingServerErrors)
        _ = await counted.settle(.ok)
        _ = await counted.settle(.internalServerError)
        #expect(try await used() == 6, "the first outcome is the one that counts")
    }

    @Test func aPassageThatIsNotSettledStaysCharged() async throws {
        _ = try await passage(.refundingServerErrors)
        #expect(try await used() == 1)
    }

    @Test func aHundredAtOnceWithRefundsAreNeverMoreThanTheLimit() async throws {
        let seed = SeededGenerator.printedSeed()
        let gate = RequestGate(limiter: limiter, settings: .init(charging: .countingOnly(200..<300)))
        let load = Load()
        await withTaskGroup { group in
            for number in 0..<100 {
                var random = SeededGenerator(seed: seed &+ UInt64(number))
                let status = HTTPResponse.Status(code: Bool.random(using: &random) ? 200 : 404)
                let pauses = Int.random(in: 0..<20, using: &random)
                group.addTask {
                    guard let passage = try? await gate.admit(Self.descriptor).passage else { return }
                    load.begin()
                    for _ in 0..<pauses { await Task.yield() }
                    // Before its units are given back, or another could come first.
                    load.end(counts: status.kind == .successful)
                    _ = await passage.settle(status)
                }
            }
        }
        #expect(load.most <= 10)
        #expect(try await used() == load.counted, "what failed is given back, and nothing else")
    }

    @Test(arguments: [0, 9]) func underOtherRulesAChargeIsLeftAlone(cost: Int) async throws {
        let log = RecordedLog()
        let gate = RequestGate(limiter: limiter, settings: .init(logger: log.logger))
        let passage = try await gate.admit(Self.descriptor, cost: 3).passage
        try limiter.update(rules: Self.rules + [Rule("hour", per: .token, limit: Limit(50, per: .hour))])
        _ = try await limiter.acquire(Self.descriptor, cost: 4)
        let fields = await passage.settle(.ok, cost: cost)
        let usage = try await limiter.peek(Self.descriptor)
        #expect(usage["hour"]?.used == 4, "what others have used is not given back")
        #expect(usage["calls"]?.used == 7 && fields == passage.fields)
        #expect(log.lines.isEmpty, "nothing has failed")
        // Under the rules of now, all is settled as ever.
        let next = try await gate.admit(Self.descriptor).passage
        _ = await next.settle(.ok, cost: 0)
        #expect(try await limiter.peek(Self.descriptor)["hour"]?.used == 4)
    }

    @Test func whatAFailurePolicyDecidedIsLeftAlone() async throws {
        var configuration = RateLimiter.Configuration()
        configuration.failurePolicy = .local(share: 0.5)
        let limiter = try RateLimiter(
            redis: "unix:///nowhere/redis.sock",
            rules: [Rule("calls", per: .token, limit: Limit(10, per: .minute))],
            configuration: configuration
        )
        let log = RecordedLog()
        let gate = RequestGate(
            limiter: limiter,
            settings: .init(charging: .refundingServerErrors, logger: log.logger)
        )
        for left in [4, 3] {
            let passage = try await gate.admit(Descriptor(token: "t")).passage
            #expect(passage.usage.source == .local)
            let fields = await passage.settle(.internalServerError)
            #expect(fields == passage.fields && fields[.rateLimit]?.hasPrefix("limit=5, remaining=\(left),") == true)
        }
        #expect(log.lines.isEmpty, "nothing was tried")
        await limiter.shutdown()
    }
}
