import SeededRandom
import TestSupport
import Testing
import Weir

/// What a process counts while Redis does not decide, and what it tells Redis afterwards.
@Suite struct LocalCountsTests {
    private static let minute = 60_000_000
    private static let start = ScriptRunner.epoch
    private static let index = Array("w:{g}:application".utf8)

    private static func terms(_ limit: Int?, period: Int = minute) -> Terms {
        Terms(limit: limit, period: period, slices: 128)
    }

    private static func window(_ name: String, _ limit: Int? = 10, period: Int = minute) -> Window {
        Window(key: Array("w:{g}:\(name)".utf8), terms: terms(limit, period: period))
    }

    /// A part of the first window of a request.
    private static func part(_ name: String, period: Int = minute) -> Window {
        let pool = Window.Pool(place: 0, index: index)
        return Window(key: index + Array(":a=\(name)".utf8), terms: terms(nil, period: period), pool: pool)
    }

    private static func local(
        _ windows: [Window],
        cost: Int = 1,
        upTo most: Int? = nil,
        share: Double? = 0.5
    )
        -> LocalRequest
    {
        let request = DecisionRequest(
            windows,
            limits: HashedKey(Array("w:{g}/limits".utf8)),
            least: cost,
            most: most ?? cost
        )
        return LocalRequest(request, shares: windows.map { _ in share })
    }

    // MARK: Deciding

    @Test(
        arguments: [
            (10, 0.25, 2), (3, 0.25, 0), (10, 1.0, 10), (1, 1.0, 1), (1, 0.999, 0), (100, 0.29, 29), (10, 0.1, 1),
            (1000, 0.003, 3), (1 << 31, 1.0, 1 << 31), (1 << 31, 0.5, 1 << 30), (3, 1.0 / 3.0, 1),
        ] as [(Int, Double, Int)]
    )
    func aShareIsRoundedDown(limit: Int, share: Double, expected: Int) {
        let local = Self.local([Self.window("a", limit)], share: share)
        #expect(local.request.windows[0].terms == Self.terms(expected))
    }

    @Test func aShareOfTheLimitIsAdmittedAndNoMore() {
        var counts = LocalCounts()
        let request = Self.local([Self.window("a")])
        for used in 1...5 {
            let answer = counts.decide(request, isOwed: true, at: Self.start + used)
            #expect(answer.verdict.status == .allowed(charged: 1) && answer.verdict.used(0) == used && !answer.isFull)
        }
        let denied = counts.decide(request, isOwed: true, at: Self.start + 10).verdict
        #expect(denied.status == .denied(retryAfter: Self.minute + 1000 - 10) && denied.used(0) == 5)
        let early = counts.decide(request, isOwed: true, at: Self.start + Self.minute + 999).verdict
        #expect(early.status == .denied(retryAfter: 1))
        let late = counts.decide(request, isOwed: true, at: Self.start + Self.minute + 1000).verdict
        #expect(late.status == .allowed(charged: 1))
    }

    @Test func asManyAsFitAndNothingAboveTheShare() {
        var counts = LocalCounts()
        let most = counts.decide(Self.local([Self.window("a")], upTo: 9), isOwed: true, at: Self.start)
        #expect(most.verdict.status == .allowed(charged: 5))
        let above = counts.decide(Self.local([Self.window("b")], cost: 6), isOwed: true, at: Self.start)
        #expect(above.verdict.status == .never(ceiling: 5))
        let none = counts.decide(Self.local([Self.window("c", 1)]), isOwed: true, at: Self.start)
        #expect(none.verdict.status == .never(ceiling: 0))
        #expect(counts.take(atMost: 9, at: Self.start).map(\.units) == [5])
    }

    @Test func whatOneWindowRefusesIsChargedToNone() {
        var counts = LocalCounts()
        let (small, large) = (Self.window("small", 4), Self.window("large", 100))
        for _ in 0..<5 { _ = counts.decide(Self.local([large, small]), isOwed: true, at: Self.start) }
        let answer = counts.decide(Self.local([large]), isOwed: true, at: Self.start)
        #expect(answer.verdict.used(0) == 3, "two with the small one, and one alone")
    }

    @Test func onlyWindowsWithAShareAreCountedHere() {
        var counts = LocalCounts()
        let windows = [Self.window("a"), Self.window("b", 1), Self.window("c")]
        let request = DecisionRequest(windows, cost: 1)
        let local = LocalRequest(request, shares: [0.2, nil, 1])
        #expect(local.request.windows.map(\.key) == [windows[0].key, windows[2].key])
        #expect(local.request.windows.map(\.terms.limit) == [2, 10])
        for _ in 0..<2 {
            #expect(counts.decide(local, isOwed: true, at: Self.start).verdict.status == .allowed(charged: 1))
        }
        #expect(counts.count == 2)
        #expect(counts.take(atMost: 9, at: Self.start).flatMap { $0.request.windows.map(\.terms.limit) } == [10, 10])
    }

    // MARK: Telling

    @Test func whatIsToldIsTheWindowAsRedisHasIt() throws {
        var counts = LocalCounts()
        let window = Self.window("a", 200)
        for _ in 0..<3 { _ = counts.decide(Self.local([window], cost: 2), isOwed: true, at: Self.start) }
        #expect(counts.hasDebts)
        let debts = counts.take(atMost: 9, at: Self.start)
        let request = try #require(debts.first).request
        #expect(debts.count == 1 && request.windows == [window])
        #expect(request.least == 0 && request.most == 6)
        #expect(request.limits == HashedKey(Array("w:{g}/limits".utf8)))
        #expect(!counts.hasDebts && counts.count == 1, "it counts here until it leaves")
    }

    @Test func whatRedisMayHaveCountedIsNotToldButCounts() {
        var counts = LocalCounts()
        let request = Self.local([Self.window("a")])
        for isOwed in [true, false, true, false, false] { _ = counts.decide(request, isOwed: isOwed, at: Self.start) }
        #expect(counts.decide(request, isOwed: true, at: Self.start).verdict.used(0) == 5)
        #expect(counts.take(atMost: 9, at: Self.start).map(\.units) == [2])
        #expect(
            counts.decide(request, isOwed: false, at: Self.start).verdict.used(0) == 5,
            "told or not, they were admitted"
        )
    }

    @Test func whatHasLeftIsNotTold() {
        var counts = LocalCounts()
        let window = Self.window("a")
        for offset in [0, 10, 50] {
            _ = counts.decide(Self.local([window]), isOwed: true, at: Self.start + offset * 1_000_000)
        }
        _ = counts.decide(Self.local([Self.window("b")]), isOwed: true, at: Self.start)
        let debts = counts.take(atMost: 9, at: Self.start + Self.minute + 5_000_000)
        #expect(debts.map(\.units) == [2] && debts[0].request.windows == [window])
        #expect(!counts.hasDebts, "nothing of the other is left")
    }

    /// Redis may fail again before it has been told: then the share is not free once more.
    @Test func whatIsBeingToldCountsAndWhatCouldNotBeIsToldLater() {
        var counts = LocalCounts()
        let request = Self.local([Self.window("a")])
        for _ in 0..<3 { _ = counts.decide(request, isOwed: true, at: Self.start) }
        let debts = counts.take(atMost: 9, at: Self.start)
        let later = Self.start + 20_000_000
        #expect(counts.decide(request, isOwed: true, at: later).verdict.used(0) == 4)
        for debt in debts { counts.giveBack(debt) }
        #expect(counts.decide(request, isOwed: true, at: later).verdict.used(0) == 5)
        if case .allowed = counts.decide(request, isOwed: true, at: later).verdict.status {
            Issue.record("six of five")
        }
        var rest = counts
        #expect(rest.take(atMost: 9, at: later).map(\.units) == [5])
        #expect(counts.take(atMost: 9, at: Self.start + Self.minute + 1000).map(\.units) == [2], "three have left")
    }

    @Test func onlySoManyAreTakenAtOnce() {
        var counts = LocalCounts()
        for name in 0..<100 { _ = counts.decide(Self.local([Self.window("\(name)")]), isOwed: true, at: Self.start) }
        var keys: Set<[UInt8]> = []
        for rest in [68, 36, 4, 0] {
            let debts = counts.take(atMost: 32, at: Self.start)
            #expect(debts.count == min(32, 100 - keys.count))
            keys.formUnion(debts.map { $0.request.windows[0].key })
            #expect(counts.hasDebts == (rest > 0))
        }
        #expect(keys.count == 100)
    }

    private static func names(_ debts: [LocalDebt]) -> [String] {
        debts.map { String(decoding: $0.request.windows[0].key.dropFirst(6), as: UTF8.self) }
    }

    @Test func whatCouldNotBeToldIsBehindTheOthers() {
        var counts = LocalCounts()
        func owe(_ name: String) { _ = counts.decide(Self.local([Self.window(name)]), isOwed: true, at: Self.start) }
        for name in ["a", "b", "c", "d"] { owe(name) }
        let failed = counts.take(atMost: 2, at: Self.start)
        #expect(Self.names(failed) == ["a", "b"])
        // What comes meanwhile neither overtakes nor is overtaken.
        for name in ["e", "b", "c"] { owe(name) }
        for debt in failed { counts.giveBack(debt) }
        let rest = counts.take(atMost: 9, at: Self.start)
        #expect(Self.names(rest) == ["c", "d", "e", "b", "a"] && rest.map(\.units) == [2, 1, 1, 2, 1])
        #expect(!counts.hasDebts)
    }

    @Test func whatIsPassedOverIsKeptAndAllOthersAreFound() {
        var counts = LocalCounts()
        for name in 0..<2500 {
            _ = counts.decide(Self.local([Self.window("\(name)")]), isOwed: true, at: Self.start)
        }
        // Only so many are passed over at once, and the next call goes on from there.
        let found = (0..<3).map { _ in
            Self.names(counts.take(atMost: 9, at: Self.start) { $0.windows[0].key != Self.window("2400").key })
        }
        #expect(found == [[], [], ["2400"]] && counts.hasDebts)
        let rest = counts.take(atMost: 9999, at: Self.start)
        #expect(Set(Self.names(rest)).count == 2499 && rest.allSatisfy { $0.units == 1 } && !counts.hasDebts)
    }

    // MARK: Parts

    @Test func partsAreToldWithTheirPoolAndAddUp() {
        var counts = LocalCounts()
        let pool = Self.window("group", 200)
        for (name, cost) in [("a", 3), ("b", 4), ("a", 2)] {
            _ = counts.decide(Self.local([pool, Self.part(name)], cost: cost), isOwed: true, at: Self.start)
        }
        _ = counts.decide(Self.local([pool], cost: 6), isOwed: true, at: Self.start)
        var shared = Ledger()
        let debts = counts.take(atMost: 9, at: Self.start)
        #expect(debts.map(\.units).sorted() == [4, 5, 6])
        for debt in debts { _ = shared.decide(debt.request, at: Self.start) }
        #expect(shared.decide(DecisionRequest([pool], cost: 0), at: Self.start).used(0) == 15)
        let parts = shared.parts(of: Self.index, Self.terms(nil), at: Self.start)
        #expect(parts.map(\.name) == ["a=a", "a=b"] && parts.map(\.used) == [5, 4])
    }

    @Test func aPartOfAPoolIsCountedWhereverThatIs() {
        let request = DecisionRequest([Self.window("group"), Self.part("a"), Self.window("token")], cost: 1)
        let local = LocalRequest(request, shares: [0.5, nil, nil])
        #expect(local.request.windows.count == 2 && local.request.windows[1].pool?.place == 0)
        var counts = LocalCounts()
        _ = counts.decide(local, isOwed: true, at: Self.start)
        #expect(counts.take(atMost: 9, at: Self.start).map { $0.request.windows.count } == [2])
    }

    @Test func aPartWithoutItsPoolIsCountedAndNotTold() {
        let request = DecisionRequest([Self.window("group"), Self.part("a"), Self.window("token")], cost: 1)
        let local = LocalRequest(request, shares: [nil, 1, 1])
        #expect(local.request.windows.map(\.pool) == [nil, nil])
        var counts = LocalCounts()
        let answer = counts.decide(local, isOwed: true, at: Self.start)
        #expect(answer.verdict.status == .allowed(charged: 1) && answer.verdict.used(0) == 1)
        let told = counts.take(atMost: 9, at: Self.start).flatMap { $0.request.windows.map(\.key) }
        #expect(told == [Self.window("token").key], "the parts may not have more than the whole")
    }

    /// Two rules may tell the parts of one: by application, and by token.
    @Test func aUnitInTwoPartsIsOneInThePool() {
        let pool = Self.window("group", 200)
        let tokens = Array("w:{g}:tokens".utf8)
        func token(_ name: String) -> Window {
            let key = tokens + Array(":t=\(name)".utf8)
            return Window(key: key, terms: Self.terms(nil), pool: Window.Pool(place: 0, index: tokens))
        }
        var (counts, shared) = (LocalCounts(), Ledger())
        for (application, name) in [("a", "x"), ("a", "y"), ("b", "x")] {
            let request = Self.local([pool, Self.part(application), token(name)])
            _ = counts.decide(request, isOwed: true, at: Self.start)
        }
        for debt in counts.take(atMost: 9, at: Self.start) { _ = shared.decide(debt.request, at: Self.start) }
        #expect(shared.decide(DecisionRequest([pool], cost: 0), at: Self.start).used(0) == 3)
        #expect(shared.parts(of: Self.index, Self.terms(nil), at: Self.start).map(\.used) == [2, 1])
        #expect(shared.parts(of: tokens, Self.terms(nil), at: Self.start).map(\.used) == [2, 1])
    }

    // MARK: How much is kept

    @Test func whatNeedsOneWindowTooManyIsRefusedUntilSomeHaveLeft() {
        var counts = LocalCounts(atMost: 100)
        for name in 0..<99 { _ = counts.decide(Self.local([Self.window("\(name)")]), isOwed: true, at: Self.start) }
        let two = Self.local([Self.window("new"), Self.window("newer")])
        let refused = counts.decide(two, isOwed: true, at: Self.start + 1)
        #expect(refused.isFull && refused.verdict.used(0) == 0 && counts.count == 99, "it is charged to none")
        #expect(!counts.decide(Self.local([Self.window("new")]), isOwed: true, at: Self.start + 2).isFull)
        #expect(counts.decide(Self.local([Self.window("newer")]), isOwed: true, at: Self.start + 3).isFull)
        #expect(!counts.decide(Self.local([Self.window("7")]), isOwed: true, at: Self.start + 4).isFull, "it is there")
        let later = Self.start + Self.minute + 2_000_000
        #expect(!counts.decide(two, isOwed: true, at: later).isFull)
        #expect(counts.count == 2 && counts.take(atMost: 9, at: later).count == 2)
    }

    @Test func aHundredThousandWindowsAtMost() {
        var counts = LocalCounts()
        var refused = 0
        for name in 0..<100_200 {
            let answer = counts.decide(Self.local([Self.window("\(name)")]), isOwed: true, at: Self.start)
            if answer.isFull { refused += 1 }
        }
        #expect(counts.count == 100_000 && refused == 200)
    }

    // MARK: At random

    /// Two processes without Redis for a while, again and again: what they tell it never exceeds a limit, and is never more
    /// than they have admitted.
    @Test(arguments: 0..<8) func noSharedCountExceedsItsLimit(part: Int) {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed() &+ UInt64(part))
        var world = World()
        for _ in 0..<4000 { world.step(&generator) }
        #expect(world.told > 100 && world.told <= world.admitted)
        #expect(world.wasFull, "limits are what this is about")
    }

    private struct World {
        let pool = LocalCountsTests.window("group", 150, period: 3_000_000)
        let token = LocalCountsTests.window("token", 20, period: 1_000_000)
        let parts = ["a", "b", "c"].map { LocalCountsTests.part($0, period: 3_000_000) }

        var shared = Ledger()
        var processes = [LocalCounts(), LocalCounts()]
        var now = LocalCountsTests.start
        /// Units of the pool: admitted without Redis and owed to it, and counted there afterwards.
        var (admitted, told) = (0, 0)
        var wasFull = false

        mutating func step(_ generator: inout SeededGenerator) {
            now += generator.element([0, 0, 1, 1000, 20_000, 100_000])
            let windows = [pool, generator.element(parts)] + (generator.once(in: 2) ? [token] : [])
            let cost = generator.element([1, 1, 2, 5, 30])
            let least = generator.once(in: 3) ? 1 : cost
            let request = DecisionRequest(windows, limits: nil as HashedKey?, least: least, most: cost)
            let process = generator.number(0...1)
            switch generator.number(0...9) {
            case 0: _ = shared.decide(request, at: now)
            case 1: tell(process, &generator)
            default: decide(request, by: process, isOwed: !generator.once(in: 4))
            }
            check()
        }

        private mutating func decide(_ request: DecisionRequest, by process: Int, isOwed: Bool) {
            let shares = [0.5, nil, 0.25].prefix(request.windows.count)
            let local = LocalRequest(request, shares: Array(shares))
            let verdict = processes[process].decide(local, isOwed: isOwed, at: now).verdict
            #expect(verdict.used(0) <= 75)
            if request.windows.count == 3 { #expect(verdict.used(2) <= 5) }
            if case .allowed(let units) = verdict.status, isOwed { admitted += units }
            if case .denied = verdict.status { wasFull = true }
        }

        private mutating func tell(_ process: Int, _ generator: inout SeededGenerator) {
            for debt in processes[process].take(atMost: generator.number(1...8), at: now) {
                #expect(debt.units > 0)
                switch generator.number(0...4) {
                case 0: processes[process].giveBack(debt)
                // It may have counted, and did not.
                case 1: break
                default:
                    let verdict = shared.decide(debt.request, at: now)
                    guard debt.request.windows[0] == pool, case .allowed(let units) = verdict.status else { continue }
                    #expect(units <= debt.units)
                    told += units
                }
            }
        }

        private mutating func check() {
            let used = shared.decide(DecisionRequest([pool], cost: 0), at: now).used(0)
            #expect(used <= 150)
            #expect(shared.decide(DecisionRequest([token], cost: 0), at: now).used(0) <= 20)
            let parts = shared.parts(of: LocalCountsTests.index, pool.terms.with(limit: nil), at: now)
            #expect(parts.map(\.used).reduce(0, +) == used)
        }
    }
}
