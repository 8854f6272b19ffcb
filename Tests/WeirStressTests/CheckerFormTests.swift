import StressChecker
import StressHistory
import Testing

/// What the checker says of lines that cannot be, and what it keeps of those that can.
@Suite struct CheckerFormTests {
    static let spoilers: [@Sendable (inout Attempt) -> Void] = [
        { $0.cost = .max },
        { $0.cost = .min },
        { $0.sent = .min },
        { $0.done = .max },
        { $0.done = $0.sent - 1 },
        { $0.server = .max },
        { $0.server = nil },
        { $0.source = nil },
        { $0.process = -1 },
        { $0.operation = .max },
        { $0.retryAfter = .min },
        { $0.windows[0].window = 3 },
        { $0.windows[0].window = -1 },
        { $0.windows[0].window = 1 },
        { $0.windows[0].period = 0 },
        { $0.windows[0].period = .max },
        { $0.windows[0].slice = 0 },
        { $0.windows[0].slice = 10_001 },
        { $0.windows[0].limit = .max },
        { $0.windows[0].limit = nil },
        { $0.windows[0].remaining = .min },
        { $0.windows[0].remaining = nil },
        { $0.windows[0].reset = .max },
        { $0.windows[0].reset = nil },
        { $0.windows[0].pool = 0 },
        { $0.windows[0].pool = 2 },
        { $0.windows = Array(repeating: $0.windows[0], count: 65) },
    ]

    @Test(arguments: spoilers.indices)
    func lineThatCannotBeIsLeftOut(_ index: Int) throws {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .limited(0, to: 5, 4, reset: 10_900), .limited(1, to: 5, 4, reset: 10_900))
        story.decided(.allowed, at: 200, .limited(0, to: 5, 4, reset: 10_800), .limited(1, to: 5, 4, reset: 10_800))
        Self.spoilers[index](&story.attempts[0])
        let findings = story.findings()
        #expect(findings.counts == [.form: 1], "\(findings.violations.flatMap(\.lines))")
        #expect(try #require(findings.violations.first).evidence == [story.attempts[0]])
    }

    @Test func largestNumbersAreNoTrap() {
        let largest = 1 << 53
        var attempts: [Attempt] = []
        for (operation, outcome) in [Attempt.Outcome.allowed, .denied, .unknown, .failed, .allowed].enumerated() {
            let fact = WindowFact(
                window: 0,
                limit: 1 << 31,
                period: 366 * 86_400_000_000,
                slice: 366 * 86_400_000_000,
                remaining: largest,
                reset: largest
            )
            let attempt = Attempt(
                process: Int(Int32.max),
                operation: largest,
                cost: operation == 4 ? -(1 << 31) : 1 << 31,
                sent: 0,
                done: largest,
                outcome: outcome,
                source: outcome == .unknown || outcome == .failed ? nil : .redis,
                server: outcome == .unknown || outcome == .failed ? nil : largest,
                place: .max,
                windows: [fact],
                retryAfter: outcome == .denied ? largest : nil
            )
            attempts.append(attempt)
        }
        var story = CheckerStory()
        story.attempts = attempts
        story.faults.append(Fault(kind: .stop, from: .min, until: .max))
        story.faults.append(Fault(kind: .cut, from: .max, until: .min, process: 1))
        #expect(story.findings(watching: [0], bucket: .max).attempts == 5)
    }

    @Test func windowDoesNotChangeItsLength() {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .limited(0, to: 5, 4, reset: 10_900))
        story.decided(.allowed, at: 200, .long(0, 8, reset: 10_000_800))
        #expect(story.findings().counts == [.form: 1])
    }

    @Test func attemptIsRecordedOnce() {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .limited(0, to: 5, 4, reset: 10_900))
        story.attempts.append(story.attempts[0])
        #expect(story.findings().counts == [.form: 1])
    }

    @Test func namesCannotBreakALine() throws {
        var names = WindowNames()
        _ = names.number(of: WindowNames.Name(rule: "r\n\u{1B}[1m", subject: String(repeating: "x", count: 1000)))
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .limited(0, to: 5, 3, reset: 10_900))
        var checker = Checker(names: names)
        checker.check(story.attempts[0])
        let lines = try #require(checker.finish().violations.first).lines
        #expect(lines.allSatisfy { line in line.count < 500 && line.unicodeScalars.allSatisfy { $0.value >= 32 } })
        #expect(lines[0].contains("r??[1m"))
    }

    @Test func firstViolationsAreKeptAndAllAreCounted() {
        var story = CheckerStory()
        for time in 1...300 { story.decided(.allowed, 0, at: time, .limited(0, to: 5, 5, reset: 7)) }
        story.decided(.denied, at: 301, .limited(0, to: 5, 5, reset: 0, violated: true), retryAfter: 0)
        let findings = story.findings()
        #expect(findings.counts == [.truth: 300, .refusal: 1])
        #expect(findings.violations.count == 101)
        #expect(findings.violations.contains { $0.invariant == .refusal })
    }

    @Test func longestWaitIsFound() {
        var story = CheckerStory()
        for time in [100, 200, 300] { story.decided(.allowed, 0, at: time, .limited(0, to: 5, 5, reset: 0)) }
        story.attempts[1].done += 40
        #expect(story.findings().longestWait == 140)
        #expect(story.findings().longestWaiting == story.attempts[1])
    }

    @Test func fullnessOfAWatchedWindowIsSampled() throws {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .limited(0, to: 5, 3, reset: 10_900))
        story.decided(.allowed, 1, at: 900, .limited(0, to: 5, 2, reset: 10_100))
        story.decided(.allowed, 1, at: 10_950, .limited(0, to: 7, 3, reset: 50))
        let findings = story.findings(watching: [0, 2], bucket: 1000)
        #expect(findings.isClean)
        let samples = try #require(findings.occupancy[0])
        #expect(samples.map(\.time) == (0...10).map { CheckerStory.start + $0 * 1000 })
        // The first two units leave at 10,100, so the bucket from 10,000 begins with three.
        #expect(samples.map(\.units) == Array(repeating: 3, count: 11))
        #expect(samples.map(\.limit) == Array(repeating: 5, count: 10) + [7])
        #expect(findings.occupancy[2] == [])
    }
}
