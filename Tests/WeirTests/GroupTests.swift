import CoreMetrics
import Foundation
import SeededRandom
import Synchronization
import TestSupport
import Testing
import Weir

/// A group's limit is shared by its applications, and each one's part of it can be told.
@Suite struct GroupTests {
    private static let rules = [
        Rule("endpoint", per: .token, .endpoint, limits: [:], otherwise: Limit(40, per: .hour)),
        Rule("group", per: .group, limit: Limit(100, per: .day)),
        Rule("application", observing: .group, .application, per: .day),
    ]

    private func both(_ rules: [Rule] = rules, _ body: (RateLimiter) async throws -> Void) async throws {
        let server = try RedisServer()
        let limiters = [
            try RateLimiter(redis: server.url, rules: rules, configuration: .patient),
            try RateLimiter(inMemory: InMemoryStore(), rules: rules, configuration: .patient),
        ]
        for limiter in limiters {
            try await body(limiter)
            await limiter.shutdown()
        }
    }

    private func request(_ application: String, _ token: String = "t") -> Descriptor {
        Descriptor(token: token, endpoint: "GET /", group: "acme", application: application)
    }

    @Test func theUsageOfAGroupIsTheSumOfItsApplications() async throws {
        let long = String(repeating: "long ", count: 20)
        try await both { limiter in
            for (application, count) in [("crm", 30), ("shop & co", 12), (long, 3)] {
                for _ in 0..<count {
                    #expect(try await limiter.acquire(self.request(application, application)).isAllowed)
                }
            }
            try await limiter.refund(self.request("crm", "crm"), cost: 4)
            let usage = try await limiter.usage(of: "acme")
            #expect(usage.usage.limit == 100 && usage.usage.used == 41 && usage.usage.remaining == 59)
            #expect(usage.usage.reset > .zero && usage.usage.reset <= .day + .seconds(1))
            #expect(usage["crm"] == 26 && usage["shop & co"] == 12 && usage["unheard of"] == 0)
            #expect(usage.applications.map(\.used).reduce(0, +) == 41)
            #expect(usage.applications.filter { $0.application.hasPrefix("~") }.map(\.used) == [3])
            #expect(try await limiter.usage(of: "silent").applications.isEmpty)
        }
    }

    @Test func aGroupThatRefusesLeavesTheOthersUntouchedAndTheReverse() async throws {
        try await both { limiter in
            for token in ["a", "b"] {
                for _ in 0..<40 { #expect(try await limiter.acquire(self.request("crm", token)).isAllowed) }
            }
            guard case .denied(let byEndpoint) = try await limiter.acquire(self.request("crm", "a")) else {
                Issue.record("41 of 40 admitted")
                return
            }
            #expect(byEndpoint.violated == ["endpoint"])
            #expect(try await limiter.usage(of: "acme").usage.used == 80)
            for _ in 0..<20 { #expect(try await limiter.acquire(self.request("shop", "c")).isAllowed) }
            guard case .denied(let byGroup) = try await limiter.acquire(self.request("shop", "c")) else {
                Issue.record("101 of 100 admitted")
                return
            }
            #expect(byGroup.violated == ["group"])
            let usage = try await limiter.usage(of: "acme")
            #expect(usage.usage.used == 100 && usage["crm"] == 80 && usage["shop"] == 20)
            #expect(try await limiter.peek(self.request("shop", "c"))["endpoint"]?.used == 20)
        }
    }

    @Test func aSilentApplicationDisappears() async throws {
        let clock = ManualClock()
        let limiter = try RateLimiter(inMemory: InMemoryStore(clock: clock), rules: Self.rules)
        #expect(try await limiter.acquire(request("crm")).isAllowed)
        clock.advance(by: .hour * 20)
        #expect(try await limiter.acquire(request("shop")).isAllowed)
        #expect(try await limiter.usage(of: "acme").applications.map(\.application) == ["crm", "shop"])
        clock.advance(by: .hour * 5)
        #expect(try await limiter.usage(of: "acme").applications.map(\.application) == ["shop"])

        let server = try RedisServer()
        let second = [
            Rule("group", per: .group, limit: Limit(100, per: .second)),
            Rule("application", observing: .group, .application, per: .second),
        ]
        let short = try RateLimiter(redis: server.url, rules: second, configuration: .patient)
        #expect(try await short.acquire(request("crm")).isAllowed)
        #expect(
            try await eventually { try server.command("DBSIZE") == "0" },
            "nor is there anything left of it in Redis"
        )
        await short.shutdown()
    }

    /// Whatever is charged, given back and overridden, at every time: the parts are the whole.
    @Test(arguments: [5, 100, 128, 129, 1000]) func thePartsAddUpAtEveryTime(limit: Int) async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let runner = try ScriptRunner(RedisServer())
        let (index, limits) = (Array("w:{g}:application".utf8), Array("w:{g}/limits".utf8))
        // A slice of this window is longer than a second.
        let terms = Terms(limit: limit, period: 300_000_000, slices: 128)
        let pool = Window(key: Array("w:{g}:group".utf8), terms: terms)
        let query = PoolQuery(window: pool, limits: limits, index: index)
        var now = ScriptRunner.epoch
        var wasFull = false
        for _ in 0..<400 {
            now += generator.number(0...9_000_000)
            if generator.once(in: 30) {
                let text = generator.element([nil, "0", "3", "100", "129", "100000"])
                try await runner.store(text, ":group", under: limits)
            }
            let requests = (0..<generator.number(1...8)).map { _ in
                let name = generator.element(["a", "b", "c"])
                let part = Window(
                    key: index + Array(":a=\(name)".utf8),
                    terms: terms.with(limit: nil),
                    pool: Window.Pool(place: 0, index: index)
                )
                let cost = generator.once(in: 4) ? -generator.number(1...4) : generator.number(1...3)
                return DecisionRequest([pool, part], limits: limits, cost: cost)
            }
            for verdict in try await runner.decide(requests, at: now) {
                if case .denied = verdict.status { wasFull = true }
            }
            let reply = try await runner.reply(to: query.command(calling: runner.script, at: now))
            let answer = try #require(PoolQuery.answer(in: reply))
            #expect(answer.parts.map(\.used).reduce(0, +) == answer.verdict.used(0))
        }
        #expect(wasFull)
    }

    /// A refund shortens the life of one application's window; the listing lives as long as the longest of them.
    @Test func aRefundHidesNobody() async throws {
        let server = try RedisServer()
        let rules = [
            Rule("group", per: .group, limit: Limit(10_000, per: .seconds(6))),
            Rule("application", observing: .group, .application, per: .seconds(6)),
        ]
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
        _ = try await limiter.acquire(request("b"), cost: 5)
        try await Task.sleep(for: .seconds(2))
        _ = try await limiter.acquire(request("a"), cost: 300)
        _ = try await limiter.acquire(request("b"), cost: 7)
        try await limiter.refund(request("b"), cost: 7)
        let (index, window) = ("weir:{g=acme}:application", "weir:{g=acme}:application:a=a")
        let runner = try ScriptRunner(server)
        let lives = try await (index: runner.expiry(of: index), window: runner.expiry(of: window))
        #expect(
            try #require(lives.index) >= #require(lives.window),
            "it lives as long as the window of the application that lasts longest"
        )
        await limiter.shutdown()
    }

    @Test func theSumIsAlsoToldToRedisCLI() async throws {
        let server = try RedisServer()
        let limiter = try RateLimiter(redis: server.url, rules: Self.rules, configuration: .patient)
        for application in ["crm", "crm", "shop"] { _ = try await limiter.acquire(request(application)) }
        let blocks = try Repository.blocks("sh", in: "lua/README.md").flatMap { $0.split(separator: "\n") }
        let line = try #require(blocks.first { $0.contains("{g=acme}:application") })
        let command = String(line).replacing("redis-cli ", with: "redis-cli -s \(server.socket) ")
        let lines = try Tool.run("bash", ["-c", command], in: Repository.root).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("used          3 of ") })
        let told = lines.suffix(2).map { $0.split(separator: " ").prefix(2) }
        #expect(told == [["crm", "2"], ["shop", "1"]])
        await limiter.shutdown()
    }

    @Test func rulesThatTellNoPartsSaySo() async throws {
        let rules = [
            Rule("group", per: .group, limit: Limit(100, per: .day)),
            Rule("application", observing: .group, .application, per: .hour),
        ]
        try await both(rules) { limiter in
            let error = await #expect(throws: WeirError.self) { try await limiter.usage(of: "acme") }
            #expect(error?.code == .invalidRule && error?.message.contains("same window") == true)
        }
    }

    // MARK: Near the limit

    @Test func aGroupWarnsAtFourFifthsOnceAWindowWhicheverInstanceSeesIt() async throws {
        let server = try RedisServer()
        let seen = Mutex<[NearLimit]>([])
        let counted = CountingMetrics()
        var configuration = RateLimiter.Configuration.patient
        configuration.onNearLimit = { near in seen.withLock { $0.append(near) } }
        configuration.metrics = counted
        let instances = try (0..<3).map { _ in
            try RateLimiter(redis: server.url, rules: Self.rules, configuration: configuration)
        }
        for turn in 0..<79 {
            let usage = try await instances[turn % 3].acquire(request("crm", "\(turn % 4)")).usage
            #expect(!usage.isNearLimit)
        }
        #expect(seen.withLock { $0 }.isEmpty)
        for turn in 79..<110 {
            let usage = try await instances[turn % 3].acquire(request("crm", "\(turn % 4)")).usage
            #expect(usage["group"]?.isNearLimit == true && usage["endpoint"]?.isNearLimit == false)
        }
        #expect(try await eventually { !seen.withLock { $0 }.isEmpty })
        let warnings = seen.withLock { $0 }
        #expect(warnings.map(\.usage.rule) == ["group"] && warnings[0].usage.used >= 80)
        #expect(warnings[0].descriptor[.group] == "acme")
        #expect(counted.counts(of: "weir_near_limit") == ["weir_near_limit group": 31])
        for instance in instances { await instance.shutdown() }
    }

    @Test func theNextWindowWarnsAgain() async throws {
        let clock = ManualClock()
        let seen = Mutex(0)
        var configuration = RateLimiter.Configuration()
        configuration.onNearLimit = { _ in seen.withLock { $0 += 1 } }
        let rules = [Rule("token", per: .token, limit: Limit(2, per: .minute), warnAt: 0.5)]
        let store = InMemoryStore(clock: clock)
        let limiter = try RateLimiter(inMemory: store, rules: rules, configuration: configuration)
        for _ in 0..<6 { _ = try await limiter.acquire(Descriptor(token: "a")) }
        #expect(try await eventually { seen.withLock { $0 } == 1 })
        _ = try await limiter.acquire(Descriptor(token: "b"))
        #expect(try await eventually { seen.withLock { $0 } == 2 }, "each subject has its own")
        clock.advance(by: .seconds(61))
        _ = try await limiter.acquire(Descriptor(token: "a"))
        #expect(try await eventually { seen.withLock { $0 } == 3 })
    }
}
