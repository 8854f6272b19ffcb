import Hiredis
import SeededRandom
import TestSupport
import Testing
import Weir

/// What Weir promises, checked over random histories by arithmetic of its own.
@Suite struct PromiseTests {
    /// What was admitted when; knows nothing of slices.
    private struct Log {
        private(set) var admissions: [(time: Int, cost: Int)] = []

        mutating func add(_ cost: Int, at time: Int) { admissions.append((time, cost)) }

        /// What was admitted in `(now - span, now]`.
        func sum(at now: Int, span: Int) -> Int {
            var sum = 0
            for (time, cost) in admissions.reversed() {
                if time <= now - span { break }
                sum += cost
            }
            return sum
        }
    }

    private static let terms = [
        Terms(limit: 1, period: 1000, slices: 128),
        Terms(limit: 5, period: 60_000_000, slices: 128),
        Terms(limit: 128, period: 999_999, slices: 128),
        Terms(limit: 129, period: 1_000_000, slices: 128),
        Terms(limit: 10_000, period: 86_400_000_000, slices: 128),
        Terms(limit: 10_000, period: 86_400_000_000, slices: 7),
        Terms(limit: 1 << 31, period: 31_622_400_000_000, slices: 1024),
    ]

    @Test(arguments: terms) func noWindowHoldsMoreThanItsLimitAndNoRefusalIsASliceTooLong(terms: Terms) throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let limit = try #require(terms.limit)
        let window = Window(key: Array("window".utf8), terms: terms)
        for _ in 0..<10 {
            var ledger = Ledger()
            var log = Log()
            var now = ScriptRunner.epoch + generator.number(0...terms.period)
            for _ in 0..<400 {
                now += generator.number(0...(generator.once(in: 4) ? terms.period / 3 : terms.period / 200 + 1))
                let cost = generator.once(in: 10) ? limit : generator.number(1...max(1, limit / 10))
                switch ledger.decide(DecisionRequest([window], cost: cost), at: now).status {
                case .allowed:
                    log.add(cost, at: now)
                    #expect(log.sum(at: now, span: terms.period) <= limit)
                case .denied:
                    #expect(log.sum(at: now, span: terms.period + terms.pace.slice) + cost > limit)
                default:
                    Issue.record("neither allowed nor denied")
                }
            }
        }
    }

    @Test(arguments: terms) func deniedUntilRetryAfterAdmittedAtIt(terms: Terms) throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let limit = try #require(terms.limit)
        let window = Window(key: Array("window".utf8), terms: terms)
        var ledger = Ledger()
        var now = ScriptRunner.epoch
        var denials = 0
        while denials < 300 {
            now += generator.number(0...(terms.period / 100 + 1))
            let request = DecisionRequest([window], cost: generator.number(1...max(1, limit / 4)))
            guard case .denied(let wait) = ledger.decide(request, at: now).status else { continue }
            denials += 1
            #expect(wait > 0)
            // A ledger is a value: each of these asks a copy that nobody else has asked.
            var early = ledger
            var onTime = ledger
            guard case .denied = early.decide(request, at: now + wait - 1).status else {
                Issue.record("admitted a microsecond before retryAfter")
                return
            }
            guard case .allowed = onTime.decide(request, at: now + wait).status else {
                Issue.record("denied at retryAfter")
                return
            }
        }
    }

    /// The same two promises on the real script, where a wait is tried on the real key.
    @Test func theScriptKeepsThemToo() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let runner = try ScriptRunner(RedisServer())
        for (index, terms) in Self.terms.enumerated() {
            let limit = try #require(terms.limit)
            let window = Window(key: Array("window:\(index)".utf8), terms: terms)
            var log = Log()
            var now = ScriptRunner.epoch
            for _ in 0..<150 {
                now += generator.number(0...(terms.period / 50 + 1))
                let request = DecisionRequest([window], cost: generator.number(1...max(1, limit / 4)))
                guard case .denied(let wait) = try await runner.decide([request], at: now)[0].status else {
                    log.add(request.most, at: now)
                    #expect(log.sum(at: now, span: terms.period) <= limit)
                    continue
                }
                guard case .denied = try await runner.decide([request], at: now + wait - 1)[0].status else {
                    Issue.record("admitted a microsecond before retryAfter")
                    return
                }
                now += wait
                guard case .allowed = try await runner.decide([request], at: now)[0].status else {
                    Issue.record("denied at retryAfter")
                    return
                }
                log.add(request.most, at: now)
                #expect(log.sum(at: now, span: terms.period) <= limit)
            }
        }
    }

    /// After the clock was set back, or slices have become finer, the wait that a refusal told still holds.
    @Test(arguments: [
        (3_600_000_000, Terms(limit: 5, period: 60_000_000, slices: 128)),
        (86_400_000_000, Terms(limit: 1000, period: 60_000_000, slices: 128)),
        (0, Terms(limit: 100, period: 86_400_000_000, slices: 128)),
        (0, Terms(limit: 1000, period: 86_400_000_000, slices: 1024)),
    ])
    func waitsHoldAfterEntriesHadToBeMoved(step: Int, terms: Terms) async throws {
        let runner = try ScriptRunner(RedisServer())
        let key = Array("moved".utf8)
        let before = Terms(limit: 2000, period: terms.period, slices: 1)
        let start = ScriptRunner.epoch + 2 * step
        var ledger = Ledger()
        func ask(_ terms: Terms, cost: Int, at now: Int) async throws -> Verdict.Status {
            let request = DecisionRequest([Window(key: key, terms: terms)], cost: cost)
            let verdict = try await runner.decide([request], at: now)[0]
            #expect(verdict.own(request) == ledger.decide(request, at: now).own(request))
            return verdict.status
        }
        #expect(try await ask(before, cost: 1000, at: start) == .allowed(charged: 1000))
        guard case .denied(let wait) = try await ask(terms, cost: 1, at: start - step) else {
            Issue.record("admitted over the limit")
            return
        }
        #expect(wait <= terms.period + terms.pace.slice)
        guard case .denied(let rest) = try await ask(terms, cost: 1, at: start - step + wait - 1) else {
            Issue.record("admitted too early")
            return
        }
        #expect(rest == 1)
        #expect(try await ask(terms, cost: 1, at: start - step + wait) == .allowed(charged: 1))
    }

    @Test func aRefusalByOneWindowChargesNone() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let runner = try ScriptRunner(RedisServer())
        let windows = (0..<4).map { index in
            let terms = Terms(limit: generator.number(1...20), period: 60_000_000, slices: 128)
            return Window(key: Array("window:\(index)".utf8), terms: terms)
        }
        var used = [Int](repeating: 0, count: 4)
        var refusals = 0
        for _ in 0..<200 {
            let places = (0..<4).shuffled(using: &generator).prefix(generator.number(1...4))
            let cost = generator.number(1...3)
            let request = DecisionRequest(places.map { windows[$0] }, cost: cost)
            let verdict = try await runner.decide([request], at: ScriptRunner.epoch)[0]
            let fits = places.allSatisfy { used[$0] + cost <= windows[$0].terms.limit ?? 0 }
            let isPossible = places.allSatisfy { cost <= windows[$0].terms.limit ?? 0 }
            if case .allowed(let charged) = verdict.status {
                #expect(fits && charged == cost)
                for place in places { used[place] += cost }
            } else {
                #expect(!fits)
                if case .never = verdict.status { #expect(!isPossible) } else { #expect(isPossible) }
                refusals += 1
            }
            for (index, place) in places.enumerated() { #expect(verdict.used(index) == used[place]) }
        }
        #expect(refusals > 10)
    }

    /// A key that died early would be a window that starts again at zero.
    @Test func noKeyDiesBeforeItsLastEntryNorTenSecondsAfter() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let runner = try ScriptRunner(RedisServer())
        var newest = 0
        for _ in 0..<400 {
            let limit = generator.element([100, 1000])
            let period = generator.element([100_000_000, 100_000_000, 100_000_000, 600_000_000])
            let terms = Terms(limit: limit, period: period, slices: 128)
            let request = DecisionRequest([Window(key: Array("k".utf8), terms: terms)], limits: nil, least: 1, most: 3)
            let verdict = try await runner.decide([request], at: nil)[0]
            guard case .allowed = verdict.status else { continue }
            newest = verdict.time
            guard let expiry = try await runner.expiry(of: "k") else {
                Issue.record("no expiry")
                return
            }
            #expect(expiry * 1000 >= newest + period)
            // The longer period of an earlier call may still hold.
            #expect(expiry * 1000 <= newest + 600_000_000 + 600_000_000 / 128 + 10_000_000 + 3000)
            try await Task.sleep(for: .milliseconds(generator.number(0...30)))
        }
        #expect(newest > 0)
    }

    /// The usage is kept when a rule's window becomes longer, and the key does not outlive it when it becomes shorter.
    @Test func aKeysLifeFollowsItsRule() async throws {
        let runner = try ScriptRunner(RedisServer())
        let key = Array("k".utf8)
        func ask(_ period: Int, cost: Int) async throws -> (status: Verdict.Status, life: Int) {
            let terms = Terms(limit: 1000, period: period, slices: 1000)
            let request = DecisionRequest([Window(key: key, terms: terms)], cost: cost)
            let verdict = try await runner.decide([request], at: nil)[0]
            guard let expiry = try await runner.expiry(of: "k") else {
                return (verdict.status, -1)
            }
            return (verdict.status, expiry * 1000 - verdict.time)
        }
        _ = try await ask(30_000_000, cost: 1000)
        let refused = try await ask(3_600_000_000, cost: 1)
        guard case .denied = refused.status else {
            Issue.record("admitted over the limit")
            return
        }
        #expect(refused.life > 3_500_000_000, "the refusal has made it live as long as the new window")
        let refunded = try await ask(60_000_000, cost: -1)
        #expect(refunded.life > 0 && refunded.life <= 68_000_000)
    }

    @Test func everyKeyHasAnExpiryAndTheDatabaseEndsEmpty() async throws {
        let server = try RedisServer()
        let rules = [
            Rule("log", per: .token, limit: Limit(20, per: .seconds(1))),
            Rule("sliced", per: .token, limit: Limit(500, per: .seconds(2))),
            Rule("seen", observing: .token, per: .milliseconds(1500)),
        ]
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
        for index in 0..<300 {
            let descriptor = Descriptor(token: "token-\(index % 30)")
            _ = try await limiter.acquire(descriptor, upTo: 3)
            if index % 7 == 0 { try await limiter.refund(descriptor) }
            _ = try await limiter.peek(Descriptor(token: "nobody-\(index)"))
        }
        // On a starved machine all may have left before they are looked at.
        var keys: [String] = []
        while keys.isEmpty {
            _ = try await limiter.acquire(Descriptor(token: "token-0"), upTo: 3)
            keys = try server.command("KEYS", "*").split(separator: "\n").map(String.init)
        }
        #expect((1...90).contains(keys.count), "30 tokens under 3 rules; a peek leaves no key")
        for key in keys {
            let left = Int(try server.command("PTTL", key)) ?? -1
            #expect(left == -2 || (0...2300).contains(left), "\(key) lives for \(left) ms")
        }
        // The longest window is 2 s and its slice 16 ms; Redis removes what is due in the background, soon after.
        let isEmpty = try await eventually { try server.command("DBSIZE") == "0" }
        #expect(isEmpty)
        await limiter.shutdown()
    }
}
