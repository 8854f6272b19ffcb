import SeededRandom
import TestSupport
import Testing
import Weir

/// When Redis is asked and when not, at times and with randomness of the test's choice.
@Suite struct BreakerTests {
    private static let longest = Duration.milliseconds(400)

    /// A breaker, its time, and its calls.
    private struct Course {
        var breaker: Breaker
        var now = ContinuousClock.now
        var random = 0.999

        init(failures: Int = 5, stall: Duration = .second) { breaker = Breaker(failures: failures, stall: stall) }

        mutating func pass(_ time: Duration) { now = now.advanced(by: time) }

        /// A call that is let through, or nil.
        mutating func begin() -> Breaker.Call? {
            if case .pass(let call) = breaker.admit(at: now) { call } else { nil }
        }

        /// The error of a call that is refused, or nil.
        mutating func refusal() -> WeirError? {
            if case .refuse(let error) = breaker.admit(at: now) { error } else { nil }
        }

        mutating func fail(_ call: Breaker.Call?, _ code: WeirError.Code = .timedOut) throws -> Breaker.Change? {
            breaker.failed(try #require(call), WeirError(code, "too late"), at: now, random: random)
        }

        /// A call that fails at once.
        mutating func failOnce(_ code: WeirError.Code = .timedOut) throws -> Breaker.Change? {
            let call = begin()
            return try fail(call, code)
        }

        mutating func succeed() -> Breaker.Change? { breaker.succeeded(at: now) }

        mutating func abandon(_ call: Breaker.Call?) throws { breaker.abandoned(try #require(call), at: now) }

        /// Opens it by failures in a row, all at once.
        mutating func open(_ failures: Int = 5) throws {
            for count in 1...failures {
                let change = try failOnce()
                #expect(change == (count == failures ? .opened : nil))
            }
            #expect(breaker.isOpen)
        }

        /// Whether a call is let through within the longest wait, a millisecond after another.
        mutating func probe() throws -> Breaker.Call {
            for _ in 0...400 {
                if let call = begin() { return call }
                pass(.milliseconds(1))
            }
            throw RedisServer.Failure(description: "nobody was let through")
        }
    }

    // MARK: Closed

    @Test(arguments: [1, 2, 5, 1000]) func soManyFailuresInARowOpenIt(failures: Int) throws {
        var course = Course(failures: failures)
        try course.open(failures)
        #expect(course.begin() == nil)
    }

    @Test func aSuccessEndsTheRow() throws {
        var course = Course()
        for _ in 0..<100 {
            for _ in 0..<4 { #expect(try course.failOnce() == nil) }
            #expect(course.succeed() == nil)
            course.pass(.milliseconds(400))
        }
        #expect(!course.breaker.isOpen)
        try course.open()
    }

    @Test func aRowThatLastsOpensItToo() throws {
        var course = Course()
        #expect(try course.failOnce() == nil)
        course.pass(.milliseconds(999))
        #expect(try course.failOnce() == nil)
        course.pass(.milliseconds(1))
        #expect(try course.failOnce() == .opened)
    }

    @Test func aRowThatASuccessHasEndedDoesNotLast() throws {
        var course = Course()
        #expect(try course.failOnce() == nil)
        course.pass(.milliseconds(999))
        #expect(course.succeed() == nil)
        course.pass(.seconds(100))
        #expect(try course.failOnce() == nil)
        #expect(!course.breaker.isOpen)
    }

    /// Calls that were never sent come many at a time, and Redis may well answer the others.
    @Test func aBurstThatDoesNotFitOpensNothingUnlessNobodyIsAnswered() throws {
        var course = Course()
        for _ in 0..<10_000 { #expect(try course.failOnce(.overloaded) == nil) }
        #expect(course.succeed() == nil)
        for _ in 0..<10_000 { #expect(try course.failOnce(.overloaded) == nil) }
        course.pass(.second)
        #expect(try course.failOnce(.overloaded) == .opened)
    }

    @Test func whatEndsWithoutAnAnswerIsNoFailure() throws {
        var course = Course(failures: 1)
        for _ in 0..<10 {
            let call = course.begin()
            try course.abandon(call)
        }
        #expect(!course.breaker.isOpen)
    }

    @Test func withoutFailuresToOpenItNeverDoes() throws {
        var course = Course(failures: 0)
        for _ in 0..<2000 {
            #expect(try course.failOnce() == nil)
            course.pass(.milliseconds(10))
        }
        #expect(!course.breaker.isOpen && course.begin()?.isProbe == false)
    }

    // MARK: Open

    @Test func whoIsRefusedIsToldWhy() throws {
        var course = Course()
        try course.open()
        let refusal = course.refusal()
        let error = try #require(refusal)
        #expect(error.code == .breakerOpen && "\(error.code)" == "breaker_open")
        #expect(error.isRetryable && !error.mayHaveCounted && error.isUnavailability)
        #expect(
            error.message
                == "Redis has failed 5 calls in a row; the next is let through in at most 0.4 s: too late"
        )
        let probe = try course.probe()
        #expect(try course.fail(probe, .unreachable) == nil)
        let next = course.refusal()
        #expect(next?.message.contains("failed 6 calls") == true)
    }

    @Test(arguments: [0, 0.5, 0.999]) func theWaitsDoubleUpToTheLongest(random: Double) throws {
        var course = Course()
        course.random = random
        try course.open()
        for ceiling in [50, 100, 200, 400, 400, 400] {
            let wait = Duration.milliseconds(ceiling) * random
            if wait > .zero {
                course.pass(wait - .microseconds(1))
                #expect(course.begin() == nil, "\(ceiling)")
                course.pass(.microseconds(1))
            }
            let probe = course.begin()
            #expect(probe?.isProbe == true, "\(ceiling)")
            #expect(try course.fail(probe) == nil, "it was open before")
        }
    }

    @Test func oneCallAtATimeFindsOut() throws {
        var course = Course()
        try course.open()
        let probe = try course.probe()
        #expect(probe.isProbe)
        for _ in 0..<100 {
            course.pass(.milliseconds(100))
            #expect(course.begin() == nil, "while it is on its way, for however long")
        }
        #expect(course.succeed() == .closed(after: .milliseconds(10_050), unanswered: 150))
        for _ in 0..<100 { #expect(course.begin()?.isProbe == false) }
    }

    @Test func aProbeThatIsCancelledFreesItsPlaceAtOnce() throws {
        var course = Course()
        try course.open()
        for _ in 0..<10 {
            let probe = try course.probe()
            try course.abandon(probe)
            #expect(course.breaker.isOpen)
            let next = course.begin()
            #expect(next?.isProbe == true && next != probe)
            try course.abandon(next)
        }
    }

    // MARK: Calls from before

    @Test func aLateSuccessClosesIt() throws {
        var course = Course()
        #expect(course.begin() != nil, "it is answered only after the others have failed")
        try course.open()
        course.pass(.milliseconds(20))
        #expect(course.succeed() == .closed(after: .milliseconds(20), unanswered: 0))
        #expect(course.begin()?.isProbe == false)
        #expect(course.succeed() == nil, "told once")
    }

    @Test func lateFailuresNeitherProlongTheWaitNorTakeTheProbesPlace() throws {
        var course = Course()
        let late = (0..<100).map { _ in course.begin() }
        try course.open()
        for call in late.prefix(50) { #expect(try course.fail(call) == nil) }
        course.pass(.milliseconds(50))
        let probe = course.begin()
        #expect(probe?.isProbe == true)
        for call in late.suffix(50) { #expect(try course.fail(call) == nil) }
        #expect(course.begin() == nil, "the probe is still on its way")
        #expect(course.succeed() == .closed(after: .milliseconds(50), unanswered: 101))
    }

    @Test func theEndOfAnOldProbeIsNotThatOfTheNewOne() throws {
        var course = Course()
        let late = course.begin()
        try course.open()
        let old = try course.probe()
        #expect(late != nil && course.succeed() != nil, "a call from before was answered")
        try course.open()
        course.pass(Self.longest)
        let new = course.begin()
        #expect(new?.isProbe == true && new != old)
        #expect(try course.fail(old) == nil)
        #expect(course.begin() == nil, "the new probe is still on its way")
        try course.abandon(old)
        #expect(course.begin() == nil)
        try course.abandon(new)
        #expect(course.begin()?.isProbe == true)
    }

    @Test func whatFailsAfterItWasClosedBeginsANewRow() throws {
        var course = Course()
        let late = (0..<4).map { _ in course.begin() }
        try course.open()
        #expect(course.succeed() != nil)
        course.pass(.seconds(5))
        for call in late { #expect(try course.fail(call) == nil) }
        #expect(!course.breaker.isOpen)
    }

    @Test func whoOpensItAgainSoonWaitsLonger() throws {
        var course = Course()
        func wait(_ course: inout Course) throws -> Duration {
            try course.open()
            let start = course.now
            _ = try course.probe()
            #expect(course.succeed() != nil)
            return start.duration(to: course.now)
        }
        #expect(try wait(&course) == .milliseconds(50))
        #expect(try wait(&course) == .milliseconds(100))
        course.pass(.second)
        #expect(try wait(&course) == .milliseconds(50), "it has been well for a second")
    }

    // MARK: At random

    @Test(arguments: 0..<8) func whateverHappensNobodyIsStuck(part: Int) throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed() &+ UInt64(part))
        var walk = Walk(failures: generator.number(1...6), stall: .milliseconds(generator.number(1...500)))
        for _ in 0..<20_000 { try walk.step(&generator) }
        #expect(walk.opened > 50 && walk.probes > 50 && (0...1).contains(walk.opened - walk.closed))
    }

    /// Calls that begin and end at random, and what has to hold then.
    private struct Walk {
        var course: Course
        var calls: [Breaker.Call] = []
        /// The probe on which all others wait.
        var probe: Breaker.Call?
        var openSince: ContinuousClock.Instant?
        var (opened, closed, probes) = (0, 0, 0)

        init(failures: Int, stall: Duration) { course = Course(failures: failures, stall: stall) }

        mutating func step(_ generator: inout SeededGenerator) throws {
            course.pass(.milliseconds(generator.element([0, 0, 0, 1, 7, 60, 300])))
            course.random = Double(generator.number(0...999)) / 1000
            let wasOpen = course.breaker.isOpen
            let turn = generator.number(0...(wasOpen ? 30 : 9))
            var change: Breaker.Change?
            if calls.isEmpty || (7...25).contains(turn) {
                begin(wasOpen: wasOpen)
            } else {
                let call = calls.remove(at: generator.number(0...(calls.count - 1)))
                change = try end(call, turn, &generator)
            }
            note(change, wasOpen: wasOpen)
            if generator.once(in: 50) { try checkThatNobodyIsStuck() }
        }

        private mutating func begin(wasOpen: Bool) {
            guard calls.count < 30 else { return }
            let call = course.begin()
            #expect(wasOpen ? call?.isProbe != false : call?.isProbe == false)
            guard let call else { return }
            calls.append(call)
            guard call.isProbe else { return }
            #expect(probe == nil, "one at a time")
            probe = call
            probes += 1
        }

        private mutating func end(
            _ call: Breaker.Call,
            _ turn: Int,
            _ generator: inout SeededGenerator
        ) throws -> Breaker.Change? {
            if call == probe { probe = nil }
            switch turn {
            case 0:
                probe = nil
                let change = course.succeed()
                #expect(!course.breaker.isOpen, "closed after any success")
                return change
            case 1:
                let wasOpen = course.breaker.isOpen
                try course.abandon(call)
                #expect(course.breaker.isOpen == wasOpen)
                return nil
            default:
                let wasOpen = course.breaker.isOpen
                let change = try course.fail(call, generator.element([.timedOut, .unreachable, .overloaded]))
                #expect(course.breaker.isOpen || !wasOpen, "no failure closes it")
                return change
            }
        }

        private mutating func note(_ change: Breaker.Change?, wasOpen: Bool) {
            switch change {
            case .opened?:
                #expect(!wasOpen && course.breaker.isOpen)
                (opened, openSince) = (opened + 1, course.now)
            case .closed(let duration, _)?:
                #expect(wasOpen && duration == openSince?.duration(to: course.now))
                (closed, openSince) = (closed + 1, nil)
            case nil: #expect(course.breaker.isOpen == wasOpen, "others are told of every change")
            }
        }

        /// Once whatever is on its way has ended, somebody is let through within the longest wait.
        private func checkThatNobodyIsStuck() throws {
            var rest = course
            for call in calls { _ = try rest.fail(call) }
            rest.pass(BreakerTests.longest)
            let (first, second) = (rest.begin(), rest.begin())
            #expect(first != nil)
            #expect((second == nil) == rest.breaker.isOpen)
        }
    }
}
