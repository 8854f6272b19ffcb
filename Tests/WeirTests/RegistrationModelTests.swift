import Foundation
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// The script and the in-memory reference are two programs for one quota: they must never differ.
@Suite struct RegistrationModelTests {
    @Test func scriptAndReferenceAgree() async throws {
        let first = SeededGenerator.printedSeed()
        let isFast = ProcessInfo.processInfo.environment["WEIR_FAST"] != nil
        let runner = try ScriptRunner(RedisServer(), source: Scripts.register)
        var seen: Set<RegistrationVerdict.Status> = []
        for seed in first..<(first + (isFast ? 4 : 20)) {
            let difference = try await compare(seed: seed, operations: 300, runner: runner, &seen)
            #expect(difference == nil)
        }
        #expect(seen == [.refused, .done, .nothingToDo, .repeated, .otherOperation, .unreadableLimit])
    }

    /// Small mistakes that the comparison has to notice, or it proves nothing.
    @Test(arguments: [
        ("count >= quota then", "count > quota then"),
        ("and not is_registered and count", "and count"),
        ("if i == 1 then limit = math.max(limit, declared) end", ""),
        ("'production' .. field, field)", "field, 'production' .. field)"),
        ("ends > now then declared", "ends >= now then declared"),
        ("return limit, ends and ends * 1000000", "return limit"),
        ("or limit > LARGEST_LIMIT", ""),
        ("noted ~= note then", "false then"),
        ("if is_repeated then return { now, 3, count, quota } end", ""),
        ("if operation then redis.call('SET'", "if operation and deed == 'register' then redis.call('SET'"),
        ("redis.call('HDEL', sites, site)", ""),
        ("format('%d', now) .. ' ' .. application", "format('%d', now) .. ' crm'"),
    ])
    func aBrokenScriptIsNoticed(right: String, wrong: String) async throws {
        let source = String(decoding: Scripts.register, as: UTF8.self)
        let broken = source.replacing(right, with: wrong)
        try #require(broken != source, "the script no longer says: \(right)")
        let runner = try ScriptRunner(RedisServer(), source: Array(broken.utf8))
        var seen: Set<RegistrationVerdict.Status> = []
        // Always the same histories: what they notice once they notice every time.
        for seed in UInt64(1)...60 {
            // A script that fails has been noticed too.
            guard let same = try? await compare(seed: seed, operations: 300, runner: runner, &seen) == nil, same else {
                return
            }
        }
        Issue.record("not noticed: \(wrong)")
    }

    @Test func theReferenceForgetsOperationsAfterADay() {
        var ledger = SiteLedger()
        let key = Array("sites".utf8)
        func ask(_ deed: RegistrationRequest.Deed, _ operation: String, at now: Int) -> RegistrationVerdict.Status {
            let keys = QuotaKeys(quota: key, limits: [], operation: Array(operation.utf8))
            let request = RegistrationRequest(deed, keys, quota: 6)
            return ledger.decide(request, quota: 6, at: now).status
        }
        let register = RegistrationRequest.Deed.register(site: "a", application: Array("crm".utf8))
        #expect(ask(register, "1", at: 0) == .done)
        #expect(ask(register, "1", at: 86_399_999_999) == .repeated)
        #expect(ask(register, "1", at: 86_400_000_000) == .nothingToDo)
        for number in 0..<10_000 {
            let deed = number % 2 == 0 ? RegistrationRequest.Deed.unregister(site: "a") : register
            #expect(ask(deed, "n\(number)", at: 200_000_000_000 + number * 86_400_000) == .done)
        }
        #expect(ledger.count <= 2050, "a thousand of them are younger than a day")
    }

    /// The first difference between script and reference in a random history, or nil.
    private func compare(
        seed: UInt64,
        operations: Int,
        runner: ScriptRunner,
        _ seen: inout Set<RegistrationVerdict.Status>
    ) async throws -> String? {
        var generator = SeededGenerator(seed: seed)
        var memory = Memory()
        let owners = (1...2).map { "m:{g=\(seed):\($0)}" }
        var now = ScriptRunner.epoch + generator.number(0...1_000_000_000)
        /// When something that was set has ended or will.
        var ends = now
        for _ in 0..<operations {
            // All of them within the day for which an operation is remembered.
            let isAtTheEnd = generator.once(in: 8) && ends > now
            now = isAtTheEnd ? ends + generator.number(-1...1) : now + generator.number(0...60_000_000)
            let owner = generator.element(owners)
            if generator.once(in: 6) {
                let limits = Array("\(owner)/limits".utf8)
                let field = generator.element(["/sites", "/sites", "production/sites"])
                let second = now / 1_000_000 + generator.number(-60...600)
                let text = Self.override(until: second, &generator)
                ends = second * 1_000_000
                memory.book.set(text, field, under: limits)
                try await runner.store(text, field, under: limits)
            }
            let request = Self.request(owner, &generator)
            let reply = try await runner.reply(to: request.command(calling: runner.script, at: now))
            let expected = memory.register(request, at: now)
            seen.insert(expected.status)
            guard RegistrationVerdict(reply) == expected else {
                let set = memory.book.limits[request.keys.limits] ?? [:]
                return "WEIR_SEED=\(seed): at \(now) for \(request) with \(set): script \(reply), reference \(expected)"
            }
        }
        for owner in owners {
            let key = "\(owner)/sites"
            let stored = try await runner.fields(of: key)
            let kept = memory.sites.sites(Array(key.utf8)).map { site in
                (site.identity, "\(site.time) \(String(decoding: site.application, as: UTF8.self))")
            }
            guard stored == Dictionary(uniqueKeysWithValues: kept) else {
                return "WEIR_SEED=\(seed): script stores \(stored), reference \(kept)"
            }
        }
        return nil
    }

    private static let malformed = [
        "", "x", "-1", " 7", "7 x", "7  8", "7 8 9", "1.5", "0x10", "2147483649", "1 9007199255",
    ]

    /// What stands in a group's limits, perhaps until a second, or is no limit; nil for nothing.
    private static func override(until second: Int, _ generator: inout SeededGenerator) -> String? {
        let limit = generator.element([0, 1, 2, 4, 6, 9, 100])
        return switch generator.number(1...12) {
        case 1...3: nil
        case 4...6: "\(limit)"
        case 7: generator.element(malformed)
        default: "\(limit) \(second)"
        }
    }

    private static func request(_ owner: String, _ generator: inout SeededGenerator) -> RegistrationRequest {
        let site = "s\(generator.number(1...9)).example"
        let deed: RegistrationRequest.Deed =
            switch generator.number(1...8) {
            case 1...5: .register(site: site, application: Array("app\(generator.number(1...3))".utf8))
            case 6, 7: .unregister(site: site)
            default: .count
            }
        let isOperation = deed != .count && generator.once(in: 2)
        let keys = QuotaKeys(
            quota: Array("\(owner)/sites".utf8),
            limits: Array("\(owner)/limits".utf8),
            operation: isOperation ? Array("\(owner)/operation:\(generator.number(1...30))".utf8) : nil
        )
        return RegistrationRequest(deed, keys, quota: generator.element([6, 6, 6, 3, 0]))
    }
}
