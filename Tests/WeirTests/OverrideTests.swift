import Foundation
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// Limits that an operator stores hold from the next decision on, in every instance.
@Suite struct OverrideTests {
    private static let group = Rule("group", per: .group, limit: Limit(5, per: .minute))
    private static let acme = Descriptor(group: "acme")

    private func limiter(_ server: RedisServer, _ rules: [Rule] = [group]) throws -> RateLimiter {
        try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
    }

    private func both(_ rules: [Rule], _ body: (RateLimiter) async throws -> Void) async throws {
        let server = try RedisServer()
        for limiter in [try limiter(server, rules), try RateLimiter(inMemory: InMemoryStore(), rules: rules)] {
            try await body(limiter)
            await limiter.shutdown()
        }
    }

    @Test func aRaisedLimitHoldsAtOnceAndKeepsTheUsage() async throws {
        try await both([Self.group]) { limiter in
            for _ in 0..<5 { #expect(try await limiter.acquire(Self.acme).isAllowed) }
            #expect(try await limiter.acquire(Self.acme).isAllowed == false)
            #expect(try await limiter.setOverride(LimitOverride(8), of: "group", for: Self.acme) == nil)
            let usage = try await limiter.acquire(Self.acme).usage
            #expect(usage["group"]?.limit == 8 && usage["group"]?.used == 6 && usage["group"]?.remaining == 2)
            #expect(try await limiter.acquire(Descriptor(group: "other")).usage["group"]?.limit == 5)
            #expect(try await limiter.removeOverride(of: "group", for: Self.acme) == LimitOverride(8))
            #expect(try await limiter.removeOverride(of: "group", for: Self.acme) == nil)
            let after = try await limiter.peek(Self.acme)
            #expect(after["group"]?.limit == 5 && after["group"]?.used == 6 && after["group"]?.remaining == 0)
        }
    }

    @Test func zeroBlocksAndNoWaitIsPromised() async throws {
        try await both([Self.group]) { limiter in
            try await limiter.setOverride(LimitOverride(0), of: "group", for: Self.acme)
            guard case .denied(let denial) = try await limiter.acquire(Self.acme) else {
                Issue.record("admitted")
                return
            }
            #expect(denial.retryAfter == nil && denial.violated == ["group"] && denial.usage["group"]?.limit == 0)
            #expect(denial.usage["group"]?.used == 0)
        }
    }

    @Test func aBlockWithAnEndPromisesIt() async throws {
        let clock = ManualClock()
        let store = InMemoryStore(clock: clock, startingAt: .seconds(1_800_000_000))
        let limiter = try RateLimiter(inMemory: store, rules: [Self.group])
        let until = Duration.seconds(1_800_000_090)
        try await limiter.setOverride(LimitOverride(0, until: until), of: "group", for: Self.acme)
        guard case .denied(let denial) = try await limiter.acquire(Self.acme) else {
            Issue.record("admitted")
            return
        }
        #expect(denial.retryAfter == .seconds(90))
        clock.advance(by: .seconds(90) - .microseconds(1))
        #expect(try await limiter.acquire(Self.acme).isAllowed == false)
        clock.advance(by: .microseconds(1))
        #expect(try await limiter.acquire(Self.acme).isAllowed)
        #expect(try await limiter.overrides(of: Self.acme).map(\.text) == ["0 1800000090"], "listed until removed")
    }

    @Test func whatOnlyCountsCanBeLimited() async throws {
        let rules = [
            Rule("group", per: .group, limit: Limit(5, per: .minute)),
            Rule("application", observing: .group, .application, per: .minute),
        ]
        try await both(rules) { limiter in
            let crm = Descriptor(group: "acme", application: "crm")
            try await limiter.setOverride(LimitOverride(1), of: "application", for: crm)
            #expect(try await limiter.acquire(crm).isAllowed)
            guard case .denied(let denial) = try await limiter.acquire(crm) else {
                Issue.record("admitted")
                return
            }
            #expect(denial.violated == ["application"] && denial.retryAfter != nil)
            #expect(try await limiter.acquire(Descriptor(group: "acme", application: "shop")).isAllowed)
        }
    }

    @Test func redisCLISetsAndRemovesForAllInstances() async throws {
        let server = try RedisServer()
        let instances = [try limiter(server), try limiter(server), try limiter(server)]
        func limits() async throws -> [Int?] {
            var limits: [Int?] = []
            for instance in instances { limits.append(try await instance.acquire(Self.acme).usage["group"]?.limit) }
            return limits
        }
        #expect(try await limits() == [5, 5, 5])
        let script = Repository.root.appending(path: "lua/limit.lua").path
        let key = "weir:{g=acme}/limits"
        func set(_ arguments: String...) throws -> String { try server.cli(["--eval", script, key, ","] + arguments) }
        #expect(try set(":group", "100").split(separator: "\n").first == "1")
        #expect(try await limits() == [100, 100, 100])
        _ = try server.command("HSET", key, ":group", "0")
        #expect(try await limits() == [0, 0, 0])
        #expect(try set(":group", "-") == "1\n0")
        #expect(try await limits() == [5, 5, 5])
        #expect(try set(":group", "7", "1000000000").hasPrefix("-1"), "that is in the past")
        #expect(try await limits() == [5, 5, 5])
        for wrong in [
            ["group", "5"], [":group", "x"], [":group", "2147483649"], [":group", "5", "soon"], [":group"],
        ] {
            #expect(throws: (any Error).self) { try server.cli(["-e", "--eval", script, key, ","] + wrong) }
        }
        for instance in instances { await instance.shutdown() }
    }

    /// Setting and removing at random: the script and the reference keep the same, and answer the same.
    @Test func scriptAndReferenceAgree() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let runner = try ScriptRunner(RedisServer(), source: Scripts.limit)
        var book = LimitBook()
        var now = ScriptRunner.epoch
        for _ in 0..<1000 {
            now += generator.number(-1_000_000...3_000_000)
            let ends = Duration.seconds(now / 1_000_000 + generator.number(-2...3))
            let limit = generator.element([0, 1, 128, 1 << 31])
            let change = LimitChange(
                key: Array("w:{\(generator.number(1...2))}/limits".utf8),
                field: generator.element([":group", "/sites", ":endpoint:t=x:e=GET%20/"]),
                override: generator.once(in: 3)
                    ? nil : try LimitOverride(limit, until: generator.once(in: 2) ? ends : nil)
            )
            let reply = try await runner.reply(to: change.command(calling: runner.script, at: now))
            #expect(LimitChange.outcome(in: reply) == book.apply(change, at: now))
            #expect(
                try await runner.fields(of: String(decoding: change.key, as: UTF8.self)) == book.limits[change.key]
                    ?? [:]
            )
        }
    }

    @Test func somethingThatIsNoLimitIsAnErrorThatSaysWhatToDo() async throws {
        let server = try RedisServer()
        let limiter = try limiter(server)
        for command in [["HSET", "KEY", ":group", "10k"], ["SET", "KEY", "5"]] {
            _ = try server.command("DEL", "weir:{g=acme}/limits")
            _ = try server.cli(command.map { $0 == "KEY" ? "weir:{g=acme}/limits" : $0 })
            let error = await #expect(throws: WeirError.self) { try await limiter.acquire(Self.acme) }
            #expect(error?.code == .unreadableOverride)
            #expect(error?.message.contains("weir:{g=acme}/limits") == true && error?.message.contains("HDEL") == true)
        }
        #expect(try server.command("EXISTS", "weir:{g=acme}:group") == "0", "nothing was charged")
        let error = await #expect(throws: WeirError.self) {
            try await limiter.setOverride(LimitOverride(1), of: "group", for: Self.acme)
        }
        #expect(error?.code == .unreadableOverride)
        await limiter.shutdown()
    }

    @Test func badInputIsAnErrorAndStoresNothing() async throws {
        try await both([Self.group]) { limiter in
            for limit in [-1, 1 << 31 + 1, .min, .max] {
                #expect(throws: WeirError.self) { try LimitOverride(limit) }
            }
            for until in [Duration.zero, .seconds(-5), .seconds(Int64.max)] {
                #expect(throws: WeirError.self) { try LimitOverride(1, until: until) }
            }
            let past = try LimitOverride(1, until: .seconds(1_000_000_000))
            let inThePast = await #expect(throws: WeirError.self) {
                try await limiter.setOverride(past, of: "group", for: Self.acme)
            }
            #expect(inThePast?.code == .invalidOverride)
            let unknown = await #expect(throws: WeirError.self) {
                try await limiter.setOverride(LimitOverride(1), of: "grup", for: Self.acme)
            }
            #expect(unknown?.code == .invalidRule && unknown?.message.contains("group") == true)
            let lacking = await #expect(throws: WeirError.self) {
                try await limiter.setOverride(LimitOverride(1), of: "group", for: Descriptor(token: "t"))
            }
            #expect(lacking?.code == .invalidDescriptor)
            #expect(try await limiter.overrides(of: Self.acme).isEmpty)
        }
    }

    @Test func overridesAreListedWithWhatTheyAreFor() async throws {
        let rules = [
            Self.group, Rule("endpoint", per: .token, .endpoint, limits: [:], otherwise: Limit(9, per: .hour)),
        ]
        try await both(rules) { limiter in
            let request = Descriptor(token: "s3cr3t", endpoint: "POST /objects", group: "acme")
            try await limiter.setOverride(LimitOverride(3), of: "endpoint", for: request)
            try await limiter.setOverride(LimitOverride(7, until: .seconds(4_000_000_000)), of: "group", for: request)
            let listed = try await limiter.overrides(of: Self.acme)
            #expect(listed.map(\.text) == ["3", "7 4000000000"])
            #expect(listed[0].field.hasPrefix(":endpoint:t=") && listed[0].field.hasSuffix(":e=POST%20/objects"))
            #expect(listed[1].field == ":group" && listed[1].override?.until == .seconds(4_000_000_000))
            #expect(!listed[0].field.contains("s3cr3t"))
            #expect(try await limiter.acquire(request).usage["endpoint"]?.limit == 3)
        }
    }

    /// A limit that ends changes what the shortest wait is; the wait stays a promise.
    @Test func theWaitCountsWithTheEndOfAnOverride() async throws {
        let runner = try ScriptRunner(RedisServer())
        let epoch = ScriptRunner.epoch
        let limits = Array("w:{x}/limits".utf8)
        let first = Window(key: Array("w:{x}:a".utf8), terms: Terms(limit: 1, period: 60_000_000, slices: 128))
        let second = Window(key: Array("w:{x}:b".utf8), terms: Terms(limit: 1, period: 30_000_000, slices: 128))
        var ledger = Ledger()
        var book = LimitBook()
        func decide(_ windows: [Window], _ cost: Int, at time: Int) async throws -> Verdict.Status {
            let request = DecisionRequest(windows, limits: limits, cost: cost)
            let verdict = try await runner.decide([request], at: time)[0]
            let reference = ledger.decide(request, limits: book.limits, at: time)
            #expect(verdict.own(request) == reference.own(request))
            return verdict.status
        }
        func set(_ text: String?, _ field: String) async throws {
            book.set(text, field, under: limits)
            try await runner.store(text, field, under: limits)
        }
        let seconds = epoch / 1_000_000
        #expect(try await decide([first], 1, at: epoch) == .allowed(charged: 1))
        #expect(try await decide([second], 1, at: epoch) == .allowed(charged: 1))
        // The first has room until its raise ends, a second from now; the second only after that.
        try await set("2 \(seconds + 1)", ":a")
        let leaves = 60_001_000
        #expect(try await decide([first, second], 1, at: epoch) == .denied(retryAfter: leaves))
        #expect(try await decide([second, first], 1, at: epoch) == .denied(retryAfter: leaves))
        // A raise that ends in the very microsecond in which it would have helped does not help.
        try await set("1 \(seconds + 60)", ":a")
        #expect(try await decide([first], 1, at: epoch - 1000) == .denied(retryAfter: leaves + 1000))
        try await set(nil, ":a")
        // Lowered to two until then, three fit from the end on if the window has let go by then.
        try await set("2 \(seconds + 90)", ":a")
        #expect(try await decide([first], 3, at: epoch) == .never(ceiling: 1))
        let wide = Window(key: Array("w:{x}:c".utf8), terms: Terms(limit: 5, period: 60_000_000, slices: 128))
        try await set("2 \(seconds + 90)", ":c")
        #expect(try await decide([wide], 3, at: epoch) == .denied(retryAfter: 90_000_000))
    }
}
