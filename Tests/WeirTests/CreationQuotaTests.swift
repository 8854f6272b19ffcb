import Foundation
import Hiredis
import LuaScripts
import TestSupport
import Testing
import Weir

/// The lifetime quota: what it promises, how it grows, and that script and in-memory reference never differ.
@Suite struct CreationQuotaTests {
    /// Calls of the script on a server of its own, at times of the test's choice.
    private struct Counter {
        let runner: ScriptRunner
        let script: Script

        init(source: [UInt8] = Scripts.create) throws {
            runner = try ScriptRunner(RedisServer(), source: source)
            script = Script(source: source)
        }

        var server: RedisServer { runner.server }

        func verdict(_ request: CreationRequest, at time: Int?) async throws -> CreationVerdict {
            let reply = try await runner.reply(to: request.command(calling: script, at: time))
            return try #require(CreationVerdict(reply), "\(reply)")
        }

        /// A call for one user: `least` of `most`, or all of `least` if no `most` is given.
        func call(
            _ least: Int,
            upTo most: Int? = nil,
            of quota: CreationQuota = CreationQuotaTests.small,
            operation: String? = nil,
            at time: Int? = CreationQuotaTests.start
        ) async throws -> CreationVerdict {
            let keys = CreationRequest.Keys(
                quota: Array(objects.utf8),
                limits: Array(limits.utf8),
                operation: operation.map { Array("\(objects)/o/\($0)".utf8) }
            )
            return try await verdict(CreationRequest(keys, least: least, most: most ?? least, quota: quota), at: time)
        }

        func setLimit(_ text: String) throws { try server.command("HSET", limits, "/objects", text) }

        /// Everything that is stored, byte for byte.
        func contents() throws -> [String] {
            try server.command("KEYS", "*").split(separator: "\n").sorted().map { key in
                try "\(key) \(server.command("DUMP", String(key)))"
            }
        }
    }

    private static let small = CreationQuota(limit: 5, monthlyGrowth: 2)
    private static let objects = "weir:{u=somebody}/objects"
    private static let limits = "weir:{u=somebody}/limits"
    private static let day = 86_400_000_000
    /// 2027-01-31T10:00:00Z.
    private static let start = 1_801_389_600_000_000
    /// 2027-02-28T10:00:00Z and 2027-03-31T10:00:00Z: when what was reached at `start` grows.
    private static let firstGrowth = 1_803_808_800_000_000
    private static let secondGrowth = 1_806_487_200_000_000

    private var objects: String { Self.objects }
    private var limits: String { Self.limits }

    // MARK: What is admitted

    @Test func fiveThousandAndNotOneMore() async throws {
        let counter = try Counter()
        let quota = CreationQuota()
        let before = try await counter.call(4_990, of: quota)
        #expect(before.status == .done && before.charged == 4_990 && before.limit == 5000 && before.reached == nil)
        // Twenty at once, for ten places, by the server's clock.
        let verdicts = try await withThrowingTaskGroup(of: CreationVerdict.self) { group in
            for _ in 0..<20 { group.addTask { try await counter.call(1, of: quota, at: nil) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.filter { $0.status == .done }.map(\.used).sorted() == Array(4_991...5_000))
        #expect(verdicts.filter { $0.status == .refused }.allSatisfy { $0.charged == 0 && $0.used == 5000 })
        #expect(verdicts.count { $0.status == .refused } == 10)
        #expect(try counter.server.command("HGET", objects, "used") == "5000")
        #expect(try counter.server.command("PTTL", objects) == "-1")
    }

    @Test func aBatchIsAllOrNothingOrAsManyAsFit() async throws {
        let counter = try Counter()
        let first = try await counter.call(3)
        #expect(first.status == .done && first.used == 3)
        let tooMany = try await counter.call(3)
        #expect(tooMany.status == .refused && tooMany.charged == 0 && tooMany.used == 3 && tooMany.reached == nil)
        let tooFew = try await counter.call(3, upTo: 9)
        #expect(tooFew.status == .refused && tooFew.charged == 0 && tooFew.used == 3)
        let fitting = try await counter.call(1, upTo: 9)
        #expect(fitting.status == .done && fitting.charged == 2 && fitting.used == 5)
        let none = try await counter.call(1, upTo: 9)
        #expect(none.status == .refused && none.used == 5)
        let contentWithNone = try await counter.call(0, upTo: 9)
        #expect(contentWithNone.status == .done && contentWithNone.charged == 0 && contentWithNone.used == 5)
    }

    @Test func aReleaseMakesRoomAndNeverGoesBelowZero() async throws {
        let counter = try Counter()
        let nothing = try await counter.call(-3)
        #expect(nothing.status == .done && nothing.charged == 0 && nothing.used == 0)
        #expect(try counter.contents().isEmpty)
        _ = try await counter.call(5)
        let some = try await counter.call(-2, at: Self.start + 1)
        #expect(some.status == .done && some.charged == -2 && some.used == 3)
        let again = try await counter.call(2, at: Self.start + 2)
        #expect(again.status == .done && again.used == 5 && again.limit == 5)
        let all = try await counter.call(-9, at: Self.start + 3)
        #expect(all.charged == -5 && all.used == 0)
        #expect(all.reached == Self.start, "what was reached stays reached")
        #expect(try counter.server.command("PTTL", objects) == "-1")
    }

    @Test func aPeekWritesNothingAndIsNeverRefused() async throws {
        let counter = try Counter()
        let fresh = try await counter.call(0, operation: "a")
        #expect(fresh == verdict(.done, charged: 0, used: 0, limit: 5))
        #expect(try counter.contents().isEmpty)
        _ = try await counter.call(4)
        try counter.setLimit("3")
        let before = try counter.contents()
        let above = try await counter.call(0, operation: "a")
        #expect(above == verdict(.done, charged: 0, used: 4, limit: 3), "above the limit, and not yet reached")
        #expect(try counter.contents() == before)
    }

    // MARK: When it was reached

    @Test func theFirstTimeIsStoredOnceAndForEver() async throws {
        let counter = try Counter()
        let almost = try await counter.call(4)
        #expect(almost.reached == nil && almost.nextGrowth == nil)
        let refused = try await counter.call(2)
        #expect(refused.status == .refused && refused.reached == nil, "a batch that is too large does not reach it")
        let reached = try await counter.call(1, at: Self.start)
        #expect(reached == verdict(.done, charged: 1, used: 5, limit: 5, reached: Self.start))
        for later in [1, Self.day, 20 * Self.day] {
            let verdict = try await counter.call(1, at: Self.start + later)
            #expect(verdict.status == .refused && verdict.reached == Self.start)
        }
        _ = try await counter.call(-5, at: Self.start + 21 * Self.day)
        let again = try await counter.call(5, at: Self.start + 22 * Self.day)
        #expect(again.status == .done && again.used == 5 && again.reached == Self.start)
        #expect(again.nextGrowth == Self.firstGrowth)
        #expect(try counter.server.command("HGET", objects, "reached") == "\(Self.start)")
        let earlier = try await counter.call(1, at: Self.start - Self.day)
        #expect(earlier.status == .refused && earlier.limit == 5, "a clock that goes back grows nothing")
        #expect(earlier.reached == Self.start && earlier.nextGrowth == Self.firstGrowth)
    }

    @Test func aRefusalUnderALoweredLimitReachesItToo() async throws {
        let counter = try Counter()
        _ = try await counter.call(4)
        try counter.setLimit("3")
        let release = try await counter.call(-1)
        #expect(release.used == 3 && release.reached == nil, "only what is created reaches a limit")
        let refused = try await counter.call(1, at: Self.start + 7)
        #expect(refused.status == .refused && refused.used == 3 && refused.reached == Self.start + 7)
    }

    @Test func withoutGrowthItStaysAsItIs() async throws {
        let counter = try Counter()
        let quota = CreationQuota(limit: 5, monthlyGrowth: 0)
        _ = try await counter.call(5, of: quota)
        let later = try await counter.call(1, of: quota, at: Self.start + 1000 * Self.day)
        #expect(later.status == .refused && later.limit == 5 && later.reached == Self.start && later.nextGrowth == nil)
    }

    // MARK: What an operator has set

    @Test func anOverrideReplacesTheLimitAndGrowthIsAdded() async throws {
        let counter = try Counter()
        _ = try await counter.call(5)
        try counter.setLimit("10")
        let raised = try await counter.call(5, at: Self.start + 1)
        #expect(raised == verdict(.done, at: Self.start + 1, charged: 5, used: 10, limit: 10, reached: Self.start))
        let grown = try await counter.call(1, upTo: 9, at: Self.firstGrowth)
        #expect(grown.charged == 2 && grown.limit == 12 && grown.nextGrowth == Self.secondGrowth)
        try counter.setLimit("8")
        let lowered = try await counter.call(1, at: Self.firstGrowth)
        #expect(lowered.status == .refused && lowered.used == 12 && lowered.limit == 10)
        try counter.server.command("HDEL", limits, "/objects")
        let own = try await counter.call(0, at: Self.firstGrowth)
        #expect(own.limit == 7 && own.used == 12)
    }

    @Test func zeroBlocksWhateverHasGrown() async throws {
        let counter = try Counter()
        try counter.setLimit("0")
        let fresh = try await counter.call(1)
        #expect(fresh == verdict(.refused, charged: 0, used: 0, limit: 0))
        #expect(try counter.server.command("EXISTS", objects) == "0")
        try counter.server.command("DEL", limits)
        _ = try await counter.call(5)
        try counter.setLimit("0")
        let blocked = try await counter.call(1, upTo: 9, at: Self.secondGrowth)
        #expect(blocked.status == .refused && blocked.limit == 0 && blocked.used == 5)
        #expect(blocked.reached == Self.start && blocked.nextGrowth == nil)
        let release = try await counter.call(-1, at: Self.secondGrowth)
        #expect(release.status == .done && release.used == 4)
    }

    @Test func anOverrideEndsAtItsSecond() async throws {
        let counter = try Counter()
        try counter.setLimit("1 \(Self.start / 1_000_000 + 60)")
        let end = Self.start + 60_000_000
        let during = try await counter.call(2, at: end - 1)
        #expect(during.status == .refused && during.limit == 1)
        let after = try await counter.call(2, at: end)
        #expect(after.status == .done && after.limit == 5)
    }

    @Test func anOverrideThatIsNoLimitIsAnError() async throws {
        let counter = try Counter()
        _ = try await counter.call(2)
        let texts = ["", "many", "-1", "1.5", "1e3", " 5", "5  6", "5 6 7", "0x5", "2147483649", "5 99999999999"]
        for text in texts {
            try counter.setLimit(text)
            let before = try counter.contents()
            for least in [1, 0, -1] {
                let failed = try await counter.call(least, operation: "a")
                #expect(failed == Self.failure(.malformedLimit), "'\(text)'")
            }
            #expect(try counter.contents() == before, "'\(text)'")
        }
    }

    // MARK: Operations

    @Test func anOperationIsDoneOnce() async throws {
        let counter = try Counter()
        let first = try await counter.call(2, operation: "a")
        #expect(first.status == .done && first.used == 2)
        let other = try await counter.call(1, upTo: 2, operation: "b")
        #expect(other.status == .done && other.used == 4)
        let before = try counter.contents()
        let repeated = try await counter.call(2, operation: "a", at: Self.start + 1)
        #expect(repeated == verdict(.repeated, at: Self.start + 1, charged: 2, used: 4, limit: 5))
        let misused = try await counter.call(3, operation: "a")
        #expect(misused == Self.failure(.otherOperation))
        let alsoMisused = try await counter.call(1, upTo: 3, operation: "b")
        #expect(alsoMisused == Self.failure(.otherOperation))
        #expect(try counter.contents() == before)
        let key = "\(objects)/o/a"
        #expect(try counter.server.command("GET", key) == "2 2 2")
        #expect(try (86_300_000...86_400_000).contains(Int(counter.server.command("PTTL", key)) ?? 0))
        #expect(try counter.server.command("PTTL", objects) == "-1")
    }

    @Test func aRefusedOperationMayBeTriedAgain() async throws {
        let counter = try Counter()
        _ = try await counter.call(5)
        for _ in 0..<2 {
            let refused = try await counter.call(1, operation: "a")
            #expect(refused.status == .refused)
        }
        #expect(try counter.server.command("EXISTS", "\(objects)/o/a") == "0")
        let smaller = try await counter.call(-1, operation: "a")
        #expect(smaller.status == .done, "what was refused is not remembered, not even its size")
        let release = try await counter.call(-1, operation: "a")
        #expect(release.status == .repeated && release.charged == -1 && release.used == 4)
    }

    // MARK: What cannot be

    @Test func aForeignValueIsLeftAsItIs() async throws {
        let counter = try Counter()
        let operation = "\(objects)/o/a"
        let foreign = [["SET", "text"], ["RPUSH", "a"], ["SADD", "a"], ["ZADD", "1", "a"]]
        let hashes = [
            ["HSET", "name", "value"], ["HSET", "used", "many"], ["HSET", "used", "-1"], ["HSET", "used", "1.5"],
            ["HSET", "used", "1e3"], ["HSET", "used", ""], ["HSET", "used", "9007199254740992"],
            ["HSET", "reached", "5"], ["HSET", "used", "5", "reached", "never"],
        ]
        let texts = [["HSET", "a", "b"], ["SET", ""], ["SET", "1 1"], ["SET", "1 1 one"], ["SET", "1 1 1 1"]]
        let cases =
            (foreign + hashes).map { (objects, $0) } + foreign.map { (limits, $0) }
            + (foreign + texts).map { (operation, $0) }
        for (key, value) in cases {
            try counter.server.command("DEL", objects, limits, operation)
            if key != objects { _ = try await counter.call(2) }
            _ = try counter.server.cli([value[0], key] + value.dropFirst())
            let before = try counter.contents()
            for least in [1, 0, -1] {
                let failed = try await counter.call(least, operation: "a")
                #expect(failed == Self.failure(.unreadable), "\(key) \(value)")
            }
            #expect(try counter.contents() == before, "\(key) \(value)")
        }
    }

    @Test func argumentsThatMakeNoSenseAreErrors() async throws {
        let counter = try Counter()
        let cases = [
            "2 1 5 2", "-1 1 5 2", "-2 -1 5 2", "1.5 2 5 2", "x 1 5 2", "1 2147483649 5 2", "1 1 -1 2",
            "1 1 2147483649 2", "1 1 5 -1", "1 1 5 nan", "1 1 5", "1 1 5 2 soon", "1 1 5 2 9007199254740992",
        ]
        for arguments in cases {
            var command = Command(calling: counter.script)
            for argument in ["2", objects, limits] + arguments.split(separator: " ").map(String.init) {
                command.append(argument)
            }
            let error = await #expect(throws: RedisError.self, "\(arguments)") {
                try await counter.runner.reply(to: command)
            }
            let message = error?.message ?? ""
            #expect(message.contains(" must ") || message.contains(" needs "), "\(arguments): \(message)")
        }
        #expect(try counter.contents().isEmpty)
    }

    @Test func onlyAReplyOfTheScriptIsAVerdict() {
        #expect(CreationVerdict(.integers([7, 1, 1, 1, 5, -1, -1])) != nil)
        for status in [-4, 3] { #expect(CreationVerdict(.integers([7, status, 1, 1, 5, -1, -1])) == nil) }
        #expect(CreationVerdict(.integers([7, 1, 1, 1, 5, -1])) == nil)
        #expect(CreationVerdict(.null) == nil)
    }

    @Test func theUsageTellsWhatTheVerdictSays() throws {
        let reply = Reply.integers([7_000_001, 2, 3, 9, 5, 1_000_000, 2_000_000])
        let usage = CreationUsage(try #require(CreationVerdict(reply)))
        #expect(usage.charged == 3 && usage.used == 9 && usage.limit == 5 && usage.remaining == 0 && usage.isRepeated)
        #expect(usage.reached == .seconds(1) && usage.nextGrowth == .seconds(2))
        #expect(usage.time == .microseconds(7_000_001))
        let fresh = CreationUsage(try #require(CreationVerdict(.integers([7, 1, 1, 1, 5, -1, -1]))))
        #expect(fresh.remaining == 4 && fresh.reached == nil && fresh.nextGrowth == nil && !fresh.isRepeated)
        #expect(CreationOutcome.created(fresh).isCreated && CreationOutcome.created(fresh).usage == fresh)
        #expect(!CreationOutcome.exhausted(usage).isCreated && CreationOutcome.exhausted(usage).usage == usage)
    }

    private func verdict(
        _ status: CreationVerdict.Status,
        at time: Int = start,
        charged: Int,
        used: Int,
        limit: Int,
        reached: Int? = nil
    ) -> CreationVerdict? {
        let next = reached == nil ? -1 : Self.firstGrowth
        return CreationVerdict(.integers([time, status.rawValue, charged, used, limit, reached ?? -1, next]))
    }

    private static func failure(_ status: CreationVerdict.Status) -> CreationVerdict? {
        CreationVerdict(.integers([start, status.rawValue, 0, 0, 0, -1, -1]))
    }
}

// MARK: - Growth

/// How the limit grows, day by day, against Foundation's calendar.
@Suite struct CreationGrowthTests {
    private static let day = 86_400_000_000

    /// When the limit is reached: whole seconds in UTC, and microseconds beyond.
    @Test(arguments: [
        ("2027-01-31T10:00:00Z", 0), ("2028-01-31T10:00:00Z", 0), ("2028-01-30T23:59:59Z", 999_999),
        ("2028-02-29T00:00:00Z", 0), ("2026-11-30T23:59:59Z", 999_999), ("2027-03-01T00:00:00Z", 0),
        ("2099-12-31T12:30:00Z", 1), ("2027-10-31T01:30:00Z", 0),
    ])
    func thirtyMonths(start: String, microseconds: Int) async throws {
        let date = try Date(start, strategy: .iso8601)
        let reached = Int(date.timeIntervalSince1970) * 1_000_000 + microseconds
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let growths = try (1...32).map { months in
            let growth = try #require(calendar.date(byAdding: .month, value: months, to: date))
            return Int(growth.timeIntervalSince1970) * 1_000_000 + microseconds
        }

        let runner = try ScriptRunner(RedisServer(), source: Scripts.create)
        let script = Script(source: Scripts.create)
        let keys = CreationRequest.Keys(quota: Array("weir:{g}/objects".utf8), limits: Array("weir:{g}/limits".utf8))
        let quota = CreationQuota(limit: 5000, monthlyGrowth: 100)
        var ledger = CreationLedger()

        /// What both say; they must agree.
        func call(_ least: Int, upTo most: Int, at time: Int) async throws -> CreationVerdict {
            let request = CreationRequest(keys, least: least, most: most, quota: quota)
            let reply = try await runner.reply(to: request.command(calling: script, at: time))
            let expected = ledger.decide(request, override: nil, at: time)
            #expect(CreationVerdict(reply) == expected)
            return expected
        }

        let first = try await call(5000, upTo: 5000, at: reached)
        #expect(first.status == .done && first.reached == reached)
        var used = 5000
        let end = growths[29] + Self.day
        let days = stride(from: reached, to: end, by: Self.day)
        let instants = growths.prefix(30).flatMap { [$0 - 1, $0] }
        for time in Set(Array(days) + instants).sorted() {
            let months = growths.count { $0 <= time }
            let limit = 5000 + 100 * months
            let peek = try await call(0, upTo: 0, at: time)
            #expect(peek.limit == limit && peek.nextGrowth == growths[months] && peek.used == used)
            if time == growths[months] - 1, used == limit {
                let early = try await call(1, upTo: 1, at: time)
                #expect(early.status == .refused, "a microsecond before the \(months + 1)th growth")
            }
            // What has grown in three months is used up at once.
            if months > 0, months % 3 == 0, time == growths[months - 1] {
                let grown = try await call(1, upTo: 1000, at: time)
                #expect(grown.status == .done && grown.charged == 300 && grown.used == limit)
                used = limit
            }
        }
        #expect(used == 8000)
        let last = try await call(1, upTo: 1, at: end)
        #expect(last.status == .refused && last.limit == 8000)
    }
}

// MARK: - Histories

/// The script and the in-memory reference are two programs for one quota: they must never differ.
@Suite struct CreationModelTests {
    @Test(arguments: 0..<4) func scriptAndReferenceAgree(part: Int) async throws {
        let first = SeededGenerator.printedSeed() &+ UInt64(part) &* 1000
        let runner = try ScriptRunner(RedisServer(), source: Scripts.create)
        let seeds: UInt64 = ProcessInfo.processInfo.environment["WEIR_FAST"] == nil ? 5 : 2
        for seed in first..<(first + seeds) {
            let difference = try await compare(seed: seed, operations: 300, runner: runner, source: Scripts.create)
            #expect(difference == nil)
        }
    }

    /// Small mistakes that the comparison has to notice, or it proves nothing.
    @Test(arguments: [
        ("if charged < least then", "if charged <= least then"),
        ("limit - used))", "limit - used + 1))"),
        ("charged = -min(-most, used)", "charged = most"),
        ("used >= base and not reached", "used > base and not reached"),
        ("used >= base and not reached", "used >= base"),
        ("most > 0 and base > 0", "base > 0"),
        ("min(day, length) - 1", "day - 1"),
        ("plus_months(from, months) > to", "plus_months(from, months) >= to"),
        ("plus_months(reached, months + 1)", "plus_months(now, 1)"),
        ("if to < from then return 0 end", ""),
        ("or base == 0 or growth == 0", "or growth == 0"),
        ("ends * 1000000 > now", "ends * 1000000 >= now"),
        ("and status == 1 and most", "and most"),
        ("or tonumber(its_most) ~= most", ""),
        ("{ now, 2, charged_before,", "{ now, 2, least,"),
    ])
    func aBrokenScriptIsNoticed(right: String, wrong: String) async throws {
        let source = String(decoding: Scripts.create, as: UTF8.self)
        let broken = source.replacing(right, with: wrong)
        try #require(broken != source, "the script no longer says: \(right)")
        let bytes = Array(broken.utf8)
        let runner = try ScriptRunner(RedisServer(), source: bytes)
        let first = SeededGenerator.printedSeed()
        for seed in first..<(first + 60) {
            // A script that fails has been noticed too.
            guard
                let same = try? await compare(seed: seed, operations: 300, runner: runner, source: bytes) == nil,
                same
            else { return }
        }
        Issue.record("not noticed: \(wrong)")
    }

    @Test func operationsAreForgottenAfterADay() {
        let keys = { (name: Int) in
            CreationRequest.Keys(quota: [1], limits: [2], operation: Array("\(name)".utf8))
        }
        let quota = CreationQuota(limit: 1 << 31, monthlyGrowth: 0)
        let day = 86_400_000_000
        var ledger = CreationLedger()
        for name in 0..<5000 {
            let verdict = ledger.decide(
                CreationRequest(keys(name), least: 1, most: 1, quota: quota),
                override: nil,
                at: name * day / 100
            )
            #expect(verdict.status == .done)
        }
        #expect(ledger.operationCount <= 1025, "only the last hundred are needed")
        let last = CreationRequest(keys(4999), least: 1, most: 1, quota: quota)
        let remembered = ledger.decide(last, override: nil, at: 4999 * day / 100 + day - 1)
        #expect(remembered.status == .repeated && remembered.used == 5000)
        let forgotten = ledger.decide(last, override: nil, at: 4999 * day / 100 + day)
        #expect(forgotten.status == .done && forgotten.used == 5001)
    }

    /// The first difference between script and reference in a random history, or nil.
    private func compare(
        seed: UInt64,
        operations: Int,
        runner: ScriptRunner,
        source: [UInt8]
    ) async throws -> String? {
        let script = Script(source: source)
        var generator = SeededGenerator(seed: seed)
        var ledger = CreationLedger()
        var history = History(seed: seed, generator: &generator)
        for number in 0..<operations {
            if let change = history.change(&generator) { _ = try await runner.reply(to: change) }
            let (request, override) = history.request(number, &generator)
            let reply = try await runner.reply(to: request.command(calling: script, at: history.now))
            let expected = ledger.decide(request, override: override, at: history.now)
            history.learn(from: expected)
            guard CreationVerdict(reply) == expected else {
                return "WEIR_SEED=\(seed): call \(number), \(request.least) to \(request.most) of \(request.quota),"
                    + " override \(String(describing: override)): script \(reply), reference \(expected)"
            }
        }
        return nil
    }

    /// Some users, their overrides and operations, and a bias towards the instants where something changes.
    private struct History {
        private struct User {
            let name: String
            let quota: CreationQuota
            var override: (limit: Int, until: Int?)?
            var last: CreationVerdict?
            var operations: [(key: [UInt8], least: Int, most: Int, since: Int)] = []

            func key(_ kind: String) -> [UInt8] { Array("weir:{\(name)}/\(kind)".utf8) }
        }

        private static let day = 86_400_000_000
        private static let largest = 1 << 31

        private let seed: UInt64
        private var users: [User] = []
        private var arrivals = 0
        private var current = 0
        private(set) var now: Int

        init(seed: UInt64, generator: inout SeededGenerator) {
            self.seed = seed
            let monthEnd = 1_801_353_600_000_000  // 2027-01-31T00:00:00Z
            let start = generator.once(in: 2) ? monthEnd : 1_790_000_000_000_000 + generator.number(0...1000) * Self.day
            now = start + generator.number(0...(Self.day - 1))
            for _ in 0..<generator.number(2...5) { users.append(arrival(&generator)) }
        }

        private mutating func arrival(_ generator: inout SeededGenerator) -> User {
            arrivals += 1
            let limit = generator.element([1, 3, 10, 100, 5000, Self.largest])
            let growth = generator.element([0, 1, 7, 100, Self.largest])
            return User(name: "\(seed).\(arrivals)", quota: CreationQuota(limit: limit, monthlyGrowth: growth))
        }

        /// Now and then a new user takes the place of another, or an operator sets a limit or removes it.
        mutating func change(_ generator: inout SeededGenerator) -> Command? {
            let user = generator.number(0...(users.count - 1))
            if generator.once(in: 30) { users[user] = arrival(&generator) }
            guard generator.once(in: 8) else { return nil }
            if generator.once(in: 3) {
                users[user].override = nil
                var command = Command("HDEL")
                command.append(users[user].key("limits"))
                command.append("/objects")
                return command
            }
            let used = min(users[user].last?.used ?? 0, Self.largest)
            let limit = generator.element([0, used, used / 2, used / 2 + 1, generator.number(0...20), Self.largest])
            let second = now / 1_000_000
            let until = generator.element([nil, nil, second, second + 1, second + generator.number(0...10_000_000)])
            users[user].override = (limit, until)
            var command = Command("HSET")
            command.append(users[user].key("limits"))
            command.append("/objects")
            command.append(until.map { "\(limit) \($0)" } ?? "\(limit)")
            return command
        }

        /// The next call, some time later, and the override that holds for it.
        mutating func request(_ number: Int, _ generator: inout SeededGenerator) -> (CreationRequest, override: Int?) {
            current = generator.number(0...(users.count - 1))
            now = later(&generator)
            var (least, most) = size(&generator)
            var operation: [UInt8]?
            if generator.once(in: 3) {
                // The server forgets an operation by its own clock, so only what both remember is used again.
                let known = users[current].operations.indices.filter {
                    now < users[current].operations[$0].since + Self.day
                }
                if !known.isEmpty, !generator.once(in: 3) {
                    let place = generator.element(known)
                    users[current].operations[place].since = min(users[current].operations[place].since, now)
                    let used = users[current].operations[place]
                    operation = used.key
                    if generator.once(in: 4) {
                        most = generator.once(in: 2) && used.least >= 0 ? used.most + 1 : most
                        least = min(least, most)
                        if least < 0 { most = least }
                    } else {
                        (least, most) = (used.least, used.most)
                    }
                } else {
                    let key = users[current].key("objects/o/\(number)")
                    users[current].operations.append((key, least, most, now))
                    operation = key
                }
            }
            most = min(most, Self.largest)
            least = min(least, most)
            let override = users[current].override.flatMap { override in
                override.until.map { $0 * 1_000_000 > now } ?? true ? override.limit : nil
            }
            let keys = CreationRequest.Keys(
                quota: users[current].key("objects"),
                limits: users[current].key("limits"),
                operation: operation
            )
            return (CreationRequest(keys, least: least, most: most, quota: users[current].quota), override)
        }

        private func size(_ generator: inout SeededGenerator) -> (least: Int, most: Int) {
            let used = users[current].last?.used ?? 0
            let limit = users[current].last?.limit ?? users[current].quota.limit
            let room = min(max(1, limit - used), Self.largest)
            switch generator.number(1...12) {
            case 1: return (0, 0)
            case 2, 3:
                let count = generator.number(1...min(Self.largest, generator.once(in: 3) ? 2 * used + 2 : used / 3 + 1))
                return (-count, -count)
            case 4: return (0, generator.number(1...room))
            case 5: return (1, generator.number(1...room) + 1)
            case 6:
                let least = generator.number(1...room)
                return (least, least + generator.number(0...3))
            case 7, 8:
                let count = max(1, room + generator.number(-1...1))
                return (count, count)
            default:
                let count = generator.number(1...max(1, room / 3))
                return (count, count)
            }
        }

        private func later(_ generator: inout SeededGenerator) -> Int {
            switch generator.number(1...20) {
            case 1...9: return now + generator.number(0...1_000_000_000)
            case 10...12: return now + generator.number(0...(40 * Self.day))
            case 13: return now - generator.number(1...10_000_000_000)
            case 14: return now - generator.number(1...(40 * Self.day))
            case 15: return (users[current].override?.until ?? now / 1_000_000) * 1_000_000 + generator.number(-1...1)
            default:
                let edges = users.compactMap(\.last?.nextGrowth) + users.compactMap(\.last?.reached)
                return (edges.isEmpty ? now : generator.element(edges)) + generator.number(-1...1)
            }
        }

        mutating func learn(from verdict: CreationVerdict) {
            if verdict.status.rawValue >= 0 { users[current].last = verdict }
        }
    }
}
