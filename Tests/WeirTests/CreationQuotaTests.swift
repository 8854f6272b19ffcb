import Hiredis
import TestSupport
import Testing
import Weir

/// The lifetime quota: what it promises.
@Suite struct CreationQuotaTests {
    private static let day = 86_400_000_000
    private static let start = CreationCounter.start
    /// 2027-02-28T10:00:00Z and 2027-03-31T10:00:00Z: when what was reached at `start` grows.
    private static let firstGrowth = 1_803_808_800_000_000
    private static let secondGrowth = 1_806_487_200_000_000

    private let objects = CreationCounter.objects
    private let limits = CreationCounter.limits

    // MARK: What is admitted

    @Test func fiveThousandAndNotOneMore() async throws {
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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

    @Test func aLimitThatIsLoweredForAWhileBeginsNoGrowth() async throws {
        let counter = try CreationCounter()
        _ = try await counter.call(4)
        try counter.setLimit("3")
        let release = try await counter.call(-1)
        #expect(release.used == 3 && release.reached == nil, "only what is created reaches a limit")
        let refused = try await counter.call(1, at: Self.start + 7)
        #expect(refused.status == .refused && refused.used == 3 && refused.reached == nil)
    }

    @Test func withoutGrowthItStaysAsItIs() async throws {
        let counter = try CreationCounter()
        let quota = CreationQuota(limit: 5, monthlyGrowth: 0)
        _ = try await counter.call(5, of: quota)
        let later = try await counter.call(1, of: quota, at: Self.start + 1000 * Self.day)
        #expect(later.status == .refused && later.limit == 5 && later.reached == Self.start && later.nextGrowth == nil)
    }

    // MARK: What an operator has set

    @Test func anOverrideReplacesTheLimitAndGrowthIsAdded() async throws {
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
        try counter.setLimit("1 \(Self.start / 1_000_000 + 60)")
        let end = Self.start + 60_000_000
        let during = try await counter.call(2, at: end - 1)
        #expect(during.status == .refused && during.limit == 1)
        let after = try await counter.call(2, at: end)
        #expect(after.status == .done && after.limit == 5)
    }

    @Test func anOverrideThatIsNoLimitIsAnError() async throws {
        let counter = try CreationCounter()
        _ = try await counter.call(2)
        let texts = ["", "many", "-1", "1.5", "1e3", " 5", "5  6", "5 6 7", "0x5", "2147483649", "5 99999999999"]
        for text in texts {
            try counter.setLimit(text)
            let before = try counter.contents()
            for least in [1, 0, -1] {
                let failed = try await counter.call(least, operation: "a")
                #expect(failed == Self.failure(.unreadableLimit), "'\(text)'")
            }
            #expect(try counter.contents() == before, "'\(text)'")
        }
    }

    // MARK: Operations

    @Test func anOperationIsDoneOnce() async throws {
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
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
        let counter = try CreationCounter()
        let cases = [
            "2 1 5 2", "-1 1 5 2", "-2 -1 5 2", "1.5 2 5 2", "x 1 5 2", "1 2147483649 5 2", "1 1 -1 2",
            "1 1 2147483649 2", "1 1 5 -1", "1 1 5 nan", "1 1 5", "1 1 5 2 soon", "1 1 5 2 9007199254740992",
        ]
        for arguments in cases {
            var command = Command(calling: counter.runner.script)
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
