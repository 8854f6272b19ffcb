import Hiredis
import SeededRandom
import TestSupport
import Testing

@testable import Weir

/// What the memory of denials promises, at times of the test's choice.
@Suite struct RememberedDenialsTests {
    private static let epoch = ScriptRunner.epoch
    private static let second = 1_000_000
    private static let limits = Array("w:{g}/limits".utf8)

    private func request(_ names: String..., cost: Int = 1) -> DecisionRequest {
        let terms = Terms(limit: 5, period: 60 * Self.second, slices: 128)
        let windows = names.map { Window(key: Array("w:{g}:\($0)".utf8), terms: terms) }
        return DecisionRequest(windows, limits: Self.limits, cost: cost)
    }

    /// An answer at the epoch: of full windows that begin to empty when the wait is over, unless a reset is given.
    private func verdict(_ request: DecisionRequest, status: Int = -1, wait: Int, reset: Int? = nil) -> Verdict {
        var numbers = [Self.epoch, status, wait]
        for _ in request.windows { numbers += [5, reset ?? wait] }
        return Verdict(numbers: numbers, start: 1, wanted: request.most)
    }

    /// A memory in which these were denied at the epoch, for 20 seconds.
    private func memory(of requests: DecisionRequest...) -> RememberedDenials {
        var memory = RememberedDenials(atMost: .minute)
        let now = Self.epoch
        for asked in requests {
            let call = memory.begin(at: now)
            memory.remember(verdict(asked, wait: 20 * Self.second), of: asked, call, at: now)
        }
        return memory
    }

    /// How long an answer is repeated, in microseconds, if its call took no time.
    private func life(_ verdict: Verdict, of request: DecisionRequest, atMost longest: Duration) -> Int {
        var memory = RememberedDenials(atMost: longest)
        let now = Self.epoch
        memory.remember(verdict, of: request, memory.begin(at: now), at: now)
        var (life, end) = (0, 100 * Self.second)
        guard memory.answer(to: request, at: now) != nil else { return 0 }
        while end - life > 1 {
            let middle = (life + end) / 2
            if memory.answer(to: request, at: Self.epoch + middle) == nil {
                end = middle
            } else {
                life = middle
            }
        }
        return end
    }

    @Test func aDenialIsRepeatedUntilTheFirstOfItsWaitItsResetsAndTheBound() {
        let asked = request("a")
        let (second, wait) = (Self.second, 20 * Self.second)
        #expect(life(verdict(asked, wait: wait), of: asked, atMost: .minute) == wait)
        #expect(life(verdict(asked, wait: wait), of: asked, atMost: .second) == second)
        #expect(life(verdict(asked, wait: wait, reset: 3 * second), of: asked, atMost: .minute) == 3 * second)
        #expect(life(verdict(asked, wait: wait, reset: 0), of: asked, atMost: .minute) == wait, "nothing is counted")
        #expect(life(verdict(asked, wait: wait), of: asked, atMost: .zero) == 0)
    }

    @Test func aBlockIsRepeatedAndWhatIsNoDenialIsNot() {
        let asked = request("a")
        let wait = 20 * Self.second
        #expect(life(verdict(asked, status: -2, wait: 0, reset: 0), of: asked, atMost: .second) == Self.second)
        #expect(life(verdict(asked, status: -2, wait: 4, reset: wait), of: asked, atMost: .second) == 0, "never fits")
        #expect(life(verdict(asked, status: -5, wait: 1, reset: wait), of: asked, atMost: .second) == 0, "in part")
        #expect(life(Verdict(numbers: [Self.epoch, 5, wait], start: 1, wanted: 1), of: asked, atMost: .second) == 0)
        for status in [-3, -4] {
            #expect(life(verdict(asked, status: status, wait: 1, reset: 0), of: asked, atMost: .second) == 0)
        }
    }

    /// The server decides at some time between: the denial ends as if it was at once, the wait as if it was just now.
    @Test func aSlowCallShortensTheMemoryAndNotTheWait() throws {
        let asked = request("a")
        let wait = 20 * Self.second
        var memory = RememberedDenials(atMost: .minute)
        let call = memory.begin(at: Self.epoch)
        memory.remember(verdict(asked, wait: wait), of: asked, call, at: Self.epoch + 5 * Self.second)
        let last = try #require(memory.answer(to: asked, at: Self.epoch + wait - 1))
        #expect(last.retryAfter == .microseconds(5 * Self.second + 1))
        #expect(memory.answer(to: asked, at: Self.epoch + wait) == nil)
        memory = RememberedDenials(atMost: .minute)
        memory.remember(verdict(asked, wait: wait), of: asked, call, at: Self.epoch + wait)
        #expect(memory.count == 0, "it came too late")
    }

    /// What is denied is denied to larger costs too; a smaller one may fit, and one above the limit is an error.
    @Test func onlyTheSameWindowsAndNoSmallerCostAreAnswered() {
        let memory = memory(of: request("a", "b", cost: 2))
        let now = Self.epoch
        for cost in 2...5 { #expect(memory.answer(to: request("a", "b", cost: cost), at: now) != nil) }
        for cost in [-2, -1, 0, 1, 6] { #expect(memory.answer(to: request("a", "b", cost: cost), at: now) == nil) }
        for other in [request("a", cost: 2), request("b", "a", cost: 2), request("a", "b", "c", cost: 2)] {
            #expect(memory.answer(to: other, at: now) == nil)
        }
        let windows = request("a", "b").windows
        #expect(memory.answer(to: DecisionRequest(windows, cost: 2), at: now) == nil, "other limits hold there")
        let other = windows.map { Window(key: $0.key, terms: $0.terms.with(limit: 6)) }
        #expect(memory.answer(to: DecisionRequest(other, limits: Self.limits, cost: 2), at: now) == nil)
        let more = DecisionRequest(windows, limits: HashedKey(Self.limits), least: 2, most: 9)
        #expect(memory.answer(to: more, at: now) != nil, "how much more is wanted makes no difference")
    }

    @Test func whatGivesBackForgetsAllThatSharesAWindow() {
        let now = Self.epoch
        let (first, second, third) = (request("a", "g"), request("b", "g"), request("c"))
        func known(after keys: [[UInt8]]) -> [Bool] {
            var memory = memory(of: first, second, third)
            memory.forget(keys.map { HashedKey($0) })
            return [first, second, third].map { memory.answer(to: $0, at: now) != nil }
        }
        #expect(known(after: []) == [true, true, true])
        #expect(known(after: [Array("w:{g}:a".utf8)]) == [false, true, true])
        #expect(known(after: [Array("w:{g}:g".utf8)]) == [false, false, true])
        #expect(known(after: [Array("w:{g}:c".utf8), Array("w:{g}:b".utf8)]) == [true, false, false])
        #expect(known(after: [Self.limits]) == [false, false, false])
        #expect(known(after: [Array("w:{h}/limits".utf8)]) == [true, true, true])
    }

    @Test func whatIsOnItsWayMeanwhileIsNotRemembered() {
        let now = Self.epoch
        let (first, second) = (request("a"), request("b"))
        var memory = RememberedDenials(atMost: .minute)
        let call = memory.begin(at: now)
        memory.forget([first.windows[0].hashedKey])
        for asked in [first, second] { memory.remember(verdict(asked, wait: 9_000_000), of: asked, call, at: now) }
        #expect(memory.answer(to: first, at: now) == nil)
        #expect(memory.answer(to: second, at: now) != nil)
        memory.remember(verdict(first, wait: 9_000_000), of: first, memory.begin(at: now), at: now)
        #expect(memory.answer(to: first, at: now) != nil, "what was asked afterwards is")
        memory.forgetAll()
        memory.remember(verdict(first, wait: 9_000_000), of: first, call, at: now)
        for asked in [first, second] { #expect(memory.answer(to: asked, at: now) == nil) }
    }

    @Test func itIsBoundedAndTheNewestIsKnown() {
        let now = Self.epoch
        var memory = RememberedDenials(atMost: .minute)
        for index in 0..<30_000 {
            let asked = request("\(index)")
            memory.remember(verdict(asked, wait: 9_000_000), of: asked, memory.begin(at: now), at: now)
            let isKnown = memory.answer(to: asked, at: now) != nil
            #expect(isKnown && memory.count <= 10_000)
        }
        for index in 0..<30_000 {
            let asked = request("\(index)")
            memory.forget([asked.windows[0].hashedKey])
            let isKnown = memory.answer(to: asked, at: now) != nil
            #expect(!isKnown)
        }
    }

    /// The same windows may be told in other words, such as whether they are near their limit.
    @Test func afterOtherRulesTheServerIsAsked() {
        let asked = request("a")
        let memory = memory(of: asked)
        let subject = Subject(windows: asked.windows, limits: asked.limits, edition: 1)
        #expect(memory.answer(to: asked, at: Self.epoch) != nil)
        #expect(memory.answer(to: DecisionRequest(subject, least: 1, most: 1), at: Self.epoch) == nil)
    }

    /// A request over these windows, under rules of as many names.
    private func ruled(_ windows: [Window], cost: Int) -> DecisionRequest {
        let rules = windows.indices.map { Rule("rule-\($0)", per: .group, limit: Limit(1, per: .second), warnAt: 0.5) }
        let applied = AppliedRules(rules, counters: [], shape: WindowShape(windows))
        let slot = HashSlot(of: Self.limits)
        let subject = Subject(applied, windows: windows, limits: HashedKey(Self.limits), slot: slot, edition: 0)
        return DecisionRequest(subject, least: cost, most: cost)
    }

    /// One that tells the same, but was not told before.
    private func usage(as usage: Usage) -> Usage {
        Usage(
            rules: usage.rules,
            charged: usage.charged,
            time: usage.time.microseconds,
            source: usage.source,
            failure: usage.failure,
            place: usage.place
        )
    }

    @Test func whatIsRepeatedLaterIsNotTheSame() throws {
        let asked = ruled(request("a").windows, cost: 1)
        let memory = memory(of: asked)
        let first = try #require(memory.answer(to: asked, at: Self.epoch + 1))
        let second = try #require(memory.answer(to: asked, at: Self.epoch + 2))
        #expect(first != second && first.usage != second.usage && first.usage.rules != second.usage.rules)
        #expect("\(second)".contains("reset") && !"\(second)".contains("told"))
    }

    /// Figure by figure, at any moment until it ends; that the reference says what the script does is proved elsewhere.
    @Test func whatIsRepeatedIsWhatTheReferenceWouldSay() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        var denials = 0
        while denials < 500 {
            let windows = (0..<generator.number(1...3)).map { index in
                let terms = Terms(
                    limit: index == 2 ? nil : generator.element([1, 5, 129, 1000]),
                    period: generator.element([1, 60]) * Self.second,
                    slices: generator.element([4, 128])
                )
                return Window(key: Array("w:{g}:\(index)".utf8), terms: terms)
            }
            var set: [[UInt8]: [String: String]] = [:]
            if generator.once(in: 3) { set[Self.limits] = [":0": generator.element(["0", "2", "200"])] }
            var ledger = Ledger()
            var now = Self.epoch
            for _ in 0..<60 {
                now += generator.number(0...500_000)
                let asked = ruled(windows, cost: generator.element([1, 1, 2, 50]))
                let answer = ledger.decide(asked, limits: set, at: now)
                let life = life(answer, of: asked, atMost: .seconds(2))
                guard life > 0 else { continue }
                denials += 1
                var memory = RememberedDenials(atMost: .seconds(2))
                memory.remember(answer, of: asked, memory.begin(at: now), at: now)
                for later in [0, life - 1, generator.number(0...(life - 1))] {
                    var model = ledger
                    let verdict = model.decide(asked, limits: set, at: now + later)
                    let expected = try verdict.decision(on: asked, under: asked.subject.rules)
                    let told = try #require(memory.answer(to: asked, at: now + later))
                    #expect(told.usage.source == .denialMemory && told.usage.charged == 0)
                    #expect(told.usage.rules == expected.usage.rules && told.usage.time == expected.usage.time)
                    #expect(told.usage.rules.count == windows.count)
                    let same = usage(as: told.usage)
                    #expect(told.usage == same && told.usage.hashValue == same.hashValue)
                    #expect(Denial(same, of: asked.least, wait: told.retryAfter?.microseconds) == told)
                    guard case .denied(let denial) = expected else {
                        Issue.record("at \(now + later) \(told) is told, not \(expected)")
                        continue
                    }
                    #expect(told.retryAfter == denial.retryAfter && told.violated == denial.violated)
                }
            }
        }
    }
}
