import StressChecker
import StressHistory
import Testing

/// What the checker says of limits, refusals and order.
@Suite struct CheckerSafetyTests {
    /// Two units are admitted, two denied, and one is admitted as soon as the first has left.
    private var story: CheckerStory {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .small(1, reset: 10_900))
        story.decided(.allowed, at: 1500, .small(0, reset: 9500))
        story.decided(.denied, at: 2000, .small(0, reset: 9000, violated: true), retryAfter: 9000)
        story.decided(.denied, at: 10_999, .small(0, reset: 1, violated: true), retryAfter: 1)
        story.decided(.allowed, at: 11_000, .small(0, reset: 1000))
        return story
    }

    @Test func historyThatKeepsAllPromisesIsClean() {
        let findings = story.findings()
        #expect(findings.isClean, "\(findings.violations.flatMap(\.lines))")
        #expect(findings.attempts == 5)
        #expect(findings.allowed == 3)
        #expect(findings.denied == 2)
        #expect(findings.windows == 1)
    }

    @Test(arguments: [(10_099, true), (10_100, false)])
    func unitLeavesTheTrailingWindowExactlyAPeriodLater(_ time: Int, isOver: Bool) {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .small(1, reset: 10_900))
        story.decided(.allowed, at: 1500, .small(0, reset: 9500))
        story.decided(.allowed, at: time, .small(0, reset: 12_000 - time))
        // By the documented window it was let go too early in both cases.
        #expect(story.broken == (isOver ? ["S1", "S3"] : ["S3"]))
    }

    @Test func overshootNamesTheAdmissionsThatMakeIt() throws {
        var story = story
        story.decided(.allowed, at: 11_001, .small(0, reset: 999))
        let violation = try #require(story.findings().violations.first { $0.invariant == .safety })
        #expect(violation.window == 0)
        #expect(violation.evidence.map(\.operation) == [1, 4, 5])
        #expect(violation.message.contains("3 units"))
        #expect(violation.lines.count == 4)
    }

    @Test func admissionFromTheMemoryOfADenialIsUnsafe() {
        var story = story
        story.decided(.allowed, at: 11_500, .small(0, reset: 500))
        story.attempts[5].source = .denialMemory
        #expect(story.broken == ["S1"])
        story.attempts[5].outcome = .denied
        #expect(story.broken == [])
        #expect(story.findings().deniedFromMemory == 1)
    }

    @Test func whatThePolicyDecidesIsNotCounted() {
        var story = story
        story.decided(.allowed, at: 11_500, .small(0, reset: 500))
        story.attempts[5].source = .policy
        #expect(story.broken == [])
        #expect(story.findings().decidedByPolicy == 1)
    }

    @Test func refusalThoughThereIsRoomIsWrong() {
        var story = story
        story.decided(.denied, at: 12_000, .small(1, reset: 10_000, violated: true), retryAfter: 10_000)
        #expect(story.broken.contains("S2"))
    }

    @Test func windowWithRoomIsNotToldAsViolated() {
        var story = story
        story.decided(
            .denied,
            at: 11_500,
            .small(0, reset: 500, violated: true),
            .limited(1, to: 5, 5, reset: 0, violated: true),
            retryAfter: 500
        )
        #expect(story.broken == ["S2"])
        story.attempts[5].windows[1].isViolated = false
        #expect(story.broken == [])
    }

    @Test func whatWasDoneBeforeSomethingElseWasSentWasDecidedBefore() {
        var story = story
        story.decided(.allowed, at: 30_000, .small(1, reset: 11_000))
        story.decided(.allowed, 0, at: 30_100, .small(1, reset: 10_900))
        #expect(story.broken == [])
        // The later decision is said to have been done before the earlier one was sent.
        story.attempts[6].sent -= 300
        story.attempts[6].done = story.attempts[5].sent - 1
        #expect(story.broken == ["S5"])
        story.attempts[6].done += 1
        #expect(story.broken == [])
    }

    @Test func decisionsOfOneMomentAreInOrder() {
        var story = story
        story.decided(.allowed, at: 30_000, .small(1, reset: 11_000))
        story.decided(.allowed, 0, at: 30_000, place: 2, .small(1, reset: 11_000))
        story.attempts[6].sent -= 300
        story.attempts[6].done = story.attempts[5].sent - 1
        #expect(story.broken == [])
    }

    @Test func historyOutOfOrderIsSaidToBe() {
        var names = WindowNames()
        _ = names.number(of: WindowNames.Name(rule: "rule", subject: "someone"))
        var checker = Checker(names: names)
        for attempt in story.attempts.reversed() { checker.check(attempt) }
        #expect(checker.finish().counts[.order] == 4)
    }
}
