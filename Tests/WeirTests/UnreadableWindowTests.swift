import Foundation
import Hiredis
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// Something else under one of our keys fails the decisions that touch it, no others, and is left as it is.
@Suite struct UnreadableWindowTests {
    private static let terms = Terms(limit: 5, period: 60_000_000, slices: 128)

    @Test func aForeignValueIsAnErrorAndStays() async throws {
        let server = try RedisServer()
        let rules = [Rule("group", per: .group, limit: Limit(5, per: .minute))]
        let limiter = try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
        let cases = [
            ["SET", "KEY", "hello, this is somebody else's text"], ["SET", "KEY", ""], ["SET", "KEY", "12"],
            ["RPUSH", "KEY", "a", "b"], ["HSET", "KEY", "a", "b"], ["ZADD", "KEY", "1", "a"], ["SADD", "KEY", "a"],
        ]
        for (index, arguments) in cases.enumerated() {
            let key = "weir:{g=acme\(index)}:group"
            _ = try server.cli(arguments.map { $0 == "KEY" ? key : $0 })
            let before = try server.command("DUMP", key)
            let descriptor = Descriptor(group: "acme\(index)")
            for attempt in 0..<3 {
                do {
                    if attempt == 0 { _ = try await limiter.acquire(descriptor) }
                    if attempt == 1 { _ = try await limiter.peek(descriptor) }
                    if attempt == 2 { _ = try await limiter.refund(descriptor) }
                    Issue.record("\(arguments) was taken for a window")
                } catch {
                    #expect(error.code == .unreadableWindow)
                    #expect(error.message.contains(key) && error.message.contains("'group'"))
                    #expect(!error.mayHaveCounted && !error.isRetryable)
                }
            }
            #expect(try server.command("DUMP", key) == before)
            #expect(try server.command("PTTL", key) == "-1")
        }
        await limiter.shutdown()
    }

    @Test func onlyTheDecisionsThatTouchItFail() async throws {
        let runner = try ScriptRunner(RedisServer())
        try runner.server.command("SET", "bad", "not a window at all")
        let (good, bad) = (
            Window(key: Array("good".utf8), terms: Self.terms), Window(key: Array("bad".utf8), terms: Self.terms)
        )
        let requests = [[good], [good, bad], [bad], [good]].map { DecisionRequest($0, cost: 1) }
        let verdicts = try await runner.decide(requests, at: nil)
        #expect(
            verdicts.map(\.status) == [
                .allowed(charged: 1), .unreadable(place: 1), .unreadable(place: 0), .allowed(charged: 1),
            ]
        )
        #expect(verdicts[3].used(0) == 2, "the decision that failed charged its other window nothing")
    }

    /// Damage that shows only while a batch is decided must not leave a part of it written.
    @Test func aDamagedTotalFailsBeforeAnythingIsWritten() async throws {
        let runner = try ScriptRunner(RedisServer())
        let now = ScriptRunner.epoch
        let period = 60_000_000
        let ceiling = 1 << 48 - 1
        func bytes(_ number: Int, _ width: Int) -> [UInt8] {
            (0..<width).reversed().map { UInt8(number >> (8 * $0) & 255) }
        }
        let sliceEnd = (now / period + 1) * period
        let base = now - period
        // A layout of 5 bytes for microseconds and 6 for a cost; two entries, the first of which begins at byte 10.
        var value = bytes(0x80 + 8 * 2 + 6, 1) + bytes(base / 4_000_000, 4) + bytes(0, 4)
        value += bytes(0, 5) + bytes(ceiling - 5, 6) + bytes(sliceEnd - base, 5) + bytes(ceiling, 6)
        value += bytes(ceiling, 7) + bytes(10, 2)
        var set = Command("SET", "b")
        set.append(value)
        _ = try await runner.reply(to: set)
        let good = Window(key: Array("a".utf8), terms: Terms(limit: 5, period: period, slices: 1))
        let damaged = Window(key: Array("b".utf8), terms: Terms(limit: nil, period: period, slices: 1))
        let requests = [DecisionRequest([good], cost: 1), DecisionRequest([damaged], cost: 1)]
        let verdicts = try await runner.decide(requests, at: now)
        #expect(verdicts.map(\.status) == [.allowed(charged: 1), .unreadable(place: 0)])
        #expect(try await runner.reply(to: Command("GET", "b")) == .text(value))
    }

    /// A value that begins as one of ours and was damaged: any answer is right but a crash, a hang, or an overrun.
    @Test func damagedValuesNeverHangTheServer() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let runner = try ScriptRunner(RedisServer())
        let window = Window(key: Array("k".utf8), terms: Terms(limit: 200, period: 60_000_000, slices: 128))
        for _ in 0..<300 {
            try runner.server.command("DEL", "k")
            var now = ScriptRunner.epoch
            for _ in 0..<generator.number(1...40) {
                now += generator.number(0...1_000_000)
                _ = try await runner.decide([DecisionRequest([window], cost: generator.number(1...9))], at: now)
            }
            let length = Int(try runner.server.command("STRLEN", "k")) ?? 0
            let place = generator.number(0...(length - 1))
            let bytes = String(UnicodeScalar(UInt8(generator.number(0...127))))
            try runner.server.command("SETRANGE", "k", "\(place)", bytes)
            for cost in [1, 0, -3, -500, 200] {
                let verdict = try await runner.decide([DecisionRequest([window], cost: cost)], at: now + 30_000_000)[0]
                if case .allowed(let charged) = verdict.status, charged > 0 { #expect(verdict.used(0) <= 200) }
            }
        }
    }

    /// A value from which bytes are missing, or into which some have come, is read as far as it makes sense at the most.
    @Test(arguments: [nil, "first == stop"])
    func aValueOfAnotherLengthFailsNoOtherDecision(mistake: String?) async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let source = String(decoding: Scripts.acquire, as: UTF8.self)
        let script = mistake.map { source.replacing("first + size > stop", with: $0) } ?? source
        try #require(mistake == nil || script != source)
        let runner = try ScriptRunner(RedisServer(), source: Array(script.utf8))
        var failures: [String] = []
        let (window, other) = (
            Window(key: Array("k".utf8), terms: Terms(limit: 100, period: 60_000_000, slices: 128)),
            Window(key: Array("o".utf8), terms: Terms(limit: 100, period: 60_000_000, slices: 128))
        )
        for round in 0..<300 {
            try runner.server.command("DEL", "k", "o")
            var now = ScriptRunner.epoch
            for _ in 0..<generator.number(1...20) {
                now += generator.number(0...2_000_000)
                _ = try await runner.decide([DecisionRequest([window], cost: generator.number(1...9))], at: now)
            }
            guard case .text(var value) = try await runner.reply(to: Command("GET", "k")) else { continue }
            let place = generator.number(0...(value.count - 1))
            let bytes = (0..<generator.number(1...9)).map { _ in UInt8(generator.number(0...255)) }
            switch round % 3 {
            case 0: value.insert(contentsOf: bytes, at: place)
            case 1: value.removeSubrange(place..<min(value.count, place + bytes.count))
            default: value = [0x81] + Array(repeating: 0, count: 5 + bytes.count) + [8]
            }
            var damage = Command("SET")
            damage.append(key: window.key)
            damage.append(value)
            _ = try await runner.reply(to: damage)
            for wait in [0, 30_000_000, 59_000_000, 70_000_000] {
                let requests = [window, other, window].map { DecisionRequest([$0], cost: 1) }
                let verdicts = try? await runner.decide(requests, at: now + wait)
                if verdicts?[1].status != .allowed(charged: 1) { failures.append("\(value) after \(wait)") }
            }
        }
        #expect(failures.isEmpty == (mistake == nil), "\(failures.prefix(3))")
    }
}
