import StressChecker
import StressHistory
import Testing

/// What the checker says of lost and doubled units, of decisions that counted in part, and of what callers were told.
@Suite struct CheckerAccountTests {
    /// One admission in two windows, a denial in the first, and a look at both.
    private func story(left: Int = 2, used: Int = 1) -> CheckerStory {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .limited(0, to: 4, 2, reset: 10_900), .limited(1, to: 9, 7, reset: 10_900))
        story.decided(
            .denied,
            3,
            at: 200,
            .limited(0, to: 4, 2, reset: 10_800, violated: true),
            .limited(1, to: 9, 7, reset: 10_800),
            retryAfter: 10_800
        )
        story.decided(.allowed, 1, at: 300, .counting(2, 1, reset: 10_700))
        story.decided(
            .allowed,
            0,
            at: 400,
            .limited(0, to: 4, left, reset: 10_600),
            .limited(1, to: 9, 7, reset: 10_600),
            .counting(2, used, reset: 10_600)
        )
        return story
    }

    @Test func accountsThatAgreeAreClean() {
        let findings = story().findings()
        #expect(findings.isClean, "\(findings.violations.flatMap(\.lines))")
    }

    @Test(arguments: [-1, 1])
    func windowThatHoldsMoreOrLessThanWasAdmittedBreaksConservation(_ change: Int) {
        #expect(story(left: 2 + change).broken == ["S3"])
        if change > 0 { #expect(story(used: 2).broken == ["S3"]) }
    }

    @Test func lossIsReportedOnce() {
        var story = story()
        story.decided(.allowed, 0, at: 500, .limited(0, to: 4, 4, reset: 0))
        story.decided(.allowed, 1, at: 600, .limited(0, to: 4, 3, reset: 10_400))
        story.decided(.allowed, 1, at: 700, .limited(0, to: 4, 2, reset: 10_300))
        #expect(story.findings().counts == [.conservation: 1])
    }

    @Test func denialThatCountedSomewhereIsNamed() throws {
        var story = story()
        // The second window has counted the denied three.
        story.attempts[3].windows[1].remaining = 4
        let violation = try #require(story.findings().violations.first)
        #expect(story.broken == ["S4"])
        #expect(violation.window == 1)
        #expect(violation.evidence.map(\.operation) == [1, 3])
    }

    @Test func denialThatTellsItsOwnUnitsHasCounted() {
        var story = story()
        story.attempts[1].windows[1].remaining = 4
        story.attempts[3].windows[1].remaining = 4
        #expect(story.broken == ["S4"])
    }

    @Test func denialIsNotBlamedOnceTheAccountWasRightAfterIt() {
        var story = story()
        story.decided(.allowed, 0, at: 500, .limited(1, to: 9, 4, reset: 10_500))
        #expect(story.broken == ["S3"])
    }

    @Test func failureThatCountedIsNamed() throws {
        var story = story()
        story.ended(.failed, 5, sent: 250, done: 350, .limited(1, to: 9, nil, reset: nil))
        #expect(story.broken == [])
        story.attempts[3].windows[1].remaining = 2
        let violation = try #require(story.findings().violations.first)
        #expect(story.broken == ["S4"])
        #expect(violation.evidence.map(\.operation) == [4, 3])
    }

    @Test func admissionThatIsMissingInOneWindowIsNamed() throws {
        var story = story()
        // Both windows were charged by the first attempt, and now the second one knows nothing of it.
        story.attempts[1].windows[1].remaining = 9
        story.attempts[1].windows[1].reset = 0
        story.attempts[3].windows[1].remaining = 9
        story.attempts[3].windows[1].reset = 0
        let violation = try #require(story.findings().violations.first)
        #expect(story.broken == ["S4"])
        #expect(violation.evidence.map(\.operation) == [0, 1])
    }

    @Test func admissionThatTellsThatAWindowWasLeftOutIsNotWhole() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .limited(0, to: 4, 2, reset: 10_900), .limited(1, to: 9, 9, reset: 0))
        #expect(story.broken == ["S4"])
    }

    // MARK: Truth

    @Test(arguments: [-1, 1])
    func resetIsWhenTheOldestUnitsLeave(_ change: Int) {
        var story = story()
        story.attempts[3].windows[0].reset = 10_600 + change
        #expect(story.broken == ["S6"])
    }

    @Test(arguments: [nil, 10_799, 10_801])
    func waitIsTheShortestThatHelps(_ wait: Int?) {
        var story = story()
        story.attempts[1].retryAfter = wait
        #expect(story.broken == ["S6"])
    }

    @Test func waitIsForAllWindowsTogether() {
        var story = CheckerStory()
        story.decided(.allowed, 3, at: 100, .limited(0, to: 4, 1, reset: 10_900))
        story.decided(.allowed, 1, at: 1100, .limited(0, to: 4, 0, reset: 9900))
        story.decided(.allowed, 4, at: 2100, .limited(1, to: 4, 0, reset: 10_900))
        // Three have left the first window at 11,000 and four the second at 13,000.
        story.decided(
            .denied,
            4,
            at: 3000,
            .limited(0, to: 4, 0, reset: 8000, violated: true),
            .limited(1, to: 4, 0, reset: 10_000, violated: true),
            retryAfter: 10_000
        )
        // All four have left the first one at 12,000.
        let first = WindowFact.limited(0, to: 4, 0, reset: 8000, violated: true)
        story.decided(.denied, 4, at: 3000, place: 2, first, retryAfter: 9000)
        #expect(story.broken == [])
        story.attempts[4].retryAfter = 8000
        #expect(story.broken == ["S6"])
    }

    @Test func noWaitIsToldWhereNoneHelps() {
        var story = CheckerStory()
        story.decided(.denied, at: 100, .limited(0, to: 0, 0, reset: 0, violated: true))
        #expect(story.broken == [])
        story.attempts[0].retryAfter = 5
        #expect(story.broken == ["S6"])
    }

    @Test func denialNamesTheWindowsWithoutRoomAndNoOther() {
        var story = story()
        story.attempts[1].windows[0].isViolated = false
        #expect(story.broken == ["S6"])
        story.attempts[1].windows[0].isViolated = true
        story.attempts[0].windows[0].isViolated = true
        #expect(story.broken == ["S6"])
    }

    @Test func noMoreIsLeftThanTheLimit() {
        #expect(story(left: 5).broken == ["S6"])
    }

    @Test func lookAtAWindowIsAllowedEvenIfItIsAboveItsLimit() {
        var story = CheckerStory()
        story.decided(.allowed, 5, at: 100, .limited(0, to: 9, 4, reset: 10_900))
        // An operator lowers the limit below what is used.
        story.decided(.allowed, 0, at: 200, .limited(0, to: 3, 0, reset: 10_800))
        story.decided(.denied, 1, at: 300, .limited(0, to: 3, 0, reset: 10_700, violated: true), retryAfter: 10_700)
        story.decided(.allowed, 1, at: 400, .limited(0, to: 9, 3, reset: 10_600))
        #expect(story.broken == [])
        story.attempts[3].windows[0].remaining = 1
        #expect(story.broken == ["S3"])
    }

    @Test func unitsKeepTheSliceThatTheyWereCountedIn() {
        var story = CheckerStory()
        // Under the override's wide slice it counts until 5,000, so it leaves at 15,000.
        story.decided(.allowed, 1, at: 100, .limited(0, to: 500, 499, reset: 14_900, slice: 5000))
        // Nothing counts in an older slice than the newest.
        story.decided(.allowed, 1, at: 1100, .limited(0, to: 5, 3, reset: 13_900))
        story.decided(.allowed, 1, at: 5100, .limited(0, to: 5, 2, reset: 9900))
        story.decided(.allowed, 0, at: 15_000, .limited(0, to: 5, 4, reset: 1000))
        #expect(story.broken == [])
        story.attempts[1].windows[0].reset = 10_900
        #expect(story.broken == ["S6"])
    }
}
