import StressChecker
import StressHistory
import Testing

/// What the checker says of attempts that nobody saw the end of.
@Suite struct CheckerUnknownTests {
    /// One unit is admitted to two windows, and then two more may be, or not.
    private var story: CheckerStory {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .long(0, 8, reset: 10_000_900), .long(1, 8, reset: 10_000_900))
        story.ended(.unknown, 2, sent: 200, done: 250, .long(0, nil, reset: nil), .long(1, nil, reset: nil))
        return story
    }

    @Test func attemptThatCountedIsFound() {
        var story = story
        story.decided(.allowed, at: 1300, .long(0, 5, reset: 9_999_700))
        // Its slice is known too, so all is exact again.
        story.decided(.allowed, 0, at: 10_001_000, .long(0, 8, reset: 1000), .long(1, 9, reset: 0))
        let findings = story.findings()
        #expect(findings.isClean, "\(findings.violations.flatMap(\.lines))")
        #expect(findings.unknown == 1)
        #expect(findings.unknownCounted == 1)
        story.attempts[3].windows[0].reset = 999
        #expect(story.broken == ["S6"])
    }

    @Test func attemptThatDidNotCountIsFoundWhenItNoLongerCan() {
        var story = story
        story.decided(.allowed, 0, at: 1300, .long(0, 8, reset: 9_999_700))
        #expect(story.findings().unknownUndecided == 1)
        story.decided(.allowed, 0, at: 1_000_251, .long(0, 8, reset: 9_000_749))
        let findings = story.findings()
        #expect(findings.isClean)
        #expect(findings.unknownNotCounted == 1)
        // From then on it is as if it had never been.
        story.decided(.allowed, 0, at: 1_000_300, .long(0, 6, reset: 9_000_700))
        #expect(story.broken == ["S3"])
    }

    @Test func attemptMayCountForASecondAndAfterAFaultForLonger() {
        var story = story
        story.decided(.allowed, 0, at: 1300, .long(0, 8, reset: 9_999_700))
        story.decided(.allowed, 0, at: 1_000_200, .long(0, 6, reset: 9_000_800))
        #expect(story.broken == [])
        // Nobody has looked in between, and later it cannot have come.
        story.attempts[3].server = CheckerStory.start + 3_000_000
        story.attempts[3].windows[0].reset = 7_001_000
        #expect(story.broken == [])
        story.decided(.allowed, 0, at: 2_500_000, .long(0, 8, reset: 7_501_000))
        story.attempts[3].done += 3_000_000
        #expect(story.broken == ["S3"])
        story.faults = [Fault(kind: .stop, from: CheckerStory.start + 900_000, until: CheckerStory.start + 2_600_000)]
        #expect(story.broken == [])
        // Another process's fault is no excuse.
        story.faults[0].process = 0
        #expect(story.broken == ["S3"])
    }

    @Test(arguments: [
        (Fault.Kind.partition, 2_400_000, true), (.partition, 2_600_000, false), (.stop, 2_400_000, false),
    ])
    func whatAPartitionHeldUpMayComeAsLongAgainAfterIt(kind: Fault.Kind, microseconds: Int, isForgiven: Bool) {
        var story = story
        story.faults = [Fault(kind: kind, from: CheckerStory.start, until: CheckerStory.start + 700_000)]
        // Nothing has come by the end of one time, and everything by another.
        for (time, remaining) in [(microseconds - 150_000, 8), (microseconds, 6)] {
            story.decided(.allowed, 0, at: time, .long(0, remaining, reset: 10_001_000 - time))
        }
        #expect((story.broken == []) == isForgiven)
    }

    @Test func attemptCountsInAllWindowsOrNone() throws {
        var story = story
        story.decided(.allowed, 0, at: 1300, .long(0, 6, reset: 9_999_700))
        story.decided(.allowed, 0, at: 1_100_000, .long(1, 8, reset: 8_901_000))
        let violation = try #require(story.findings().violations.first)
        #expect(story.broken == ["S4"])
        #expect(violation.window == 1)
        #expect(violation.evidence.map(\.operation) == [1, 2, 3])
    }

    @Test func attemptThatIsKnownNotToHaveCountedCountsNowhere() {
        var story = story
        story.decided(.allowed, 0, at: 1_100_000, .long(1, 8, reset: 8_901_000))
        story.decided(.allowed, 0, at: 1_200_000, .long(0, 6, reset: 8_801_000))
        #expect(story.broken == ["S4"])
    }

    @Test(arguments: [7, 5])
    func noOtherNumberOfUnitsCanCome(_ left: Int) {
        var story = story
        story.decided(.allowed, 0, at: 1300, .long(0, left, reset: 9_999_700))
        #expect(story.broken == ["S3"])
    }

    @Test func severalAttemptsMakeOnlyWhatSomeOfThemMake() {
        var story = story
        story.ended(.unknown, 2, sent: 300, done: 350, .long(0, nil, reset: nil))
        story.decided(.allowed, 0, at: 1300, .long(0, 6, reset: 9_999_700))
        #expect(story.broken == [])
        #expect(story.findings().unknownUndecided == 2)
        story.attempts[3].windows[0].remaining = 4
        #expect(story.findings().unknownCounted == 2)
        story.attempts[3].windows[0].remaining = 5
        #expect(story.broken == ["S3"])
    }

    @Test func refusalIsRightIfAnUnknownAttemptMayHaveTakenTheRoom() {
        var story = CheckerStory()
        story.decided(.allowed, at: 100, .small(1, reset: 10_900))
        story.decided(.denied, at: 300, .small(0, reset: 10_700, violated: true), retryAfter: 10_700)
        #expect(story.broken.contains("S2"))
        story.ended(.unknown, sent: 200, done: 250, .small(nil, reset: nil))
        #expect(story.broken == [])
    }

    @Test func waitCountsWhatMayHaveCome() {
        var story = CheckerStory()
        story.decided(.allowed, 1, at: 100, .limited(0, to: 3, 2, reset: 10_900))
        story.ended(.unknown, 2, sent: 1200, done: 1250, .limited(0, to: 3, nil, reset: nil))
        // To let two in, a unit of the unknown attempt has to leave too.
        story.decided(.denied, 2, at: 1300, .limited(0, to: 3, 0, reset: 9700, violated: true), retryAfter: 10_700)
        #expect(story.broken == [])
        story.attempts[2].retryAfter = 9700
        #expect(story.broken == ["S6"])
    }

    @Test func unknownRefundMayHaveMadeRoom() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .small(0, reset: 10_900))
        story.ended(.unknown, -1, sent: 200, done: 250, .small(nil, reset: nil))
        story.decided(.allowed, at: 1300, .small(0, reset: 9700))
        #expect(story.broken == [])
        #expect(story.findings().unknownUndecided == 1)
        story.decided(.allowed, at: 1400, .small(0, reset: 9600))
        #expect(story.broken.contains("S1"))
    }

    @Test func windowIsExactAgainWhenAllHasLeft() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .small(0, reset: 10_900))
        story.ended(.unknown, -1, sent: 200, done: 250, .small(nil, reset: nil))
        story.decided(.allowed, 0, at: 1300, .small(1, reset: 9700))
        story.decided(.allowed, 2, at: 1_100_000, .small(0, reset: 11_000))
        story.decided(.allowed, 0, at: 1_100_300, .small(0, reset: 10_700))
        #expect(story.broken == [])
        story.attempts[4].windows[0].reset = 10_699
        #expect(story.broken == ["S6"])
    }

    @Test func refundMayHaveTakenWhatCameUnseen() {
        var story = CheckerStory()
        story.decided(.allowed, 1, at: 100, .limited(0, to: 9, 8, reset: 10_900))
        story.ended(.unknown, 4, sent: 1200, done: 1250, .limited(0, to: 9, nil, reset: nil))
        // Four came in the second slice and three of them were given back.
        story.decided(.allowed, -3, at: 2300, .limited(0, to: 9, 7, reset: 8700))
        story.decided(.allowed, 0, at: 11_500, .limited(0, to: 9, 8, reset: 500))
        #expect(story.broken == [])
    }

    @Test func lookThatNobodySawTheEndOfCountsNothing() {
        var story = CheckerStory()
        story.ended(.unknown, 0, sent: 200, done: 250, .small(nil, reset: nil))
        #expect(story.findings().unknownNotCounted == 1)
    }
}
