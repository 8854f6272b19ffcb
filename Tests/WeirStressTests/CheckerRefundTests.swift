import StressChecker
import StressHistory
import Testing

/// What the checker says of refunds and of windows that are parts of others.
@Suite struct CheckerRefundTests {
    @Test func refundTakesTheNewestUnits() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .limited(0, to: 5, 3, reset: 10_900))
        story.decided(.allowed, 2, at: 1100, .limited(0, to: 5, 1, reset: 9900))
        story.decided(.allowed, -3, at: 1200, .limited(0, to: 5, 4, reset: 9800))
        // One is left, of the first slice.
        story.decided(.allowed, 0, at: 10_999, .limited(0, to: 5, 4, reset: 1))
        story.decided(.allowed, 0, at: 11_000, .limited(0, to: 5, 5, reset: 0))
        #expect(story.broken == [])
        // Had it taken the oldest, one of the second slice would be left.
        story.attempts[4].windows[0].remaining = 4
        story.attempts[4].windows[0].reset = 1000
        #expect(story.broken == ["S3"])
    }

    @Test func refundNeverGoesBelowZero() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .limited(0, to: 5, 3, reset: 10_900))
        story.decided(.allowed, -4, at: 200, .limited(0, to: 5, 5, reset: 0))
        story.decided(.allowed, 1, at: 300, .limited(0, to: 5, 4, reset: 10_700))
        #expect(story.broken == [])
    }

    @Test func refundIsNeverDenied() {
        var story = CheckerStory()
        story.decided(.denied, -4, at: 200, .limited(0, to: 5, 5, reset: 0, violated: true))
        #expect(story.broken == ["S6"])
    }

    @Test func refundFreesRoomInTheTrailingWindow() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .small(0, reset: 10_900))
        story.decided(.allowed, -1, at: 200, .small(1, reset: 10_800))
        story.decided(.allowed, 1, at: 300, .small(0, reset: 10_700))
        #expect(story.broken == [])
        // Without the refund that would have been one too many.
        story.attempts[1].cost = 0
        #expect(story.broken.contains("S1"))
    }

    /// Two parts of a pool are charged, and the older one gives back.
    private var pooled: CheckerStory {
        var story = CheckerStory()
        let older = WindowFact.counting(1, 2, reset: 10_900, partOf: 0)
        story.decided(.allowed, 2, at: 100, .limited(0, to: 9, 7, reset: 10_900), older)
        let newer = WindowFact.counting(2, 3, reset: 10_900, partOf: 0)
        story.decided(.allowed, 3, at: 1100, .limited(0, to: 9, 4, reset: 9900), newer)
        let rest = WindowFact.counting(1, 1, reset: 8900, partOf: 1)
        story.decided(.allowed, -1, at: 2100, rest, .limited(0, to: 9, 5, reset: 8900))
        return story
    }

    @Test func poolGivesBackFromThePartsSlices() {
        var story = pooled
        // One unit of the first part has left, three of the second are there.
        story.decided(.allowed, 0, at: 11_000, .limited(0, to: 9, 6, reset: 1000), .counting(1, 0, reset: 0, partOf: 0))
        #expect(story.broken == [])
        // Had the pool given back its newest, two would have left now.
        story.attempts[3].windows[0].remaining = 7
        #expect(story.broken == ["S3"])
    }

    @Test func poolGivesBackWhatItsFirstPartDoes() {
        var story = pooled
        story.decided(
            .allowed,
            -2,
            at: 3000,
            .limited(0, to: 9, 6, reset: 9000),
            .counting(1, 0, reset: 0, partOf: 0),
            .counting(2, 1, reset: 9000, partOf: 0)
        )
        #expect(story.broken == [])
    }

    @Test func partHasTheSlicesOfItsPool() {
        var story = CheckerStory()
        var pool = WindowFact.limited(0, to: 500, 499, reset: 14_900, slice: 5000)
        story.decided(.allowed, 1, at: 100, pool, .counting(1, 1, reset: 14_900, partOf: 0))
        pool.remaining = 498
        pool.reset = 13_900
        story.decided(.allowed, 1, at: 1100, pool, .counting(2, 1, reset: 13_900, partOf: 0))
        #expect(story.broken == [])
        story.attempts[1].windows[1].reset = 10_900
        #expect(story.broken == ["S6"])
    }

    @Test func partCountsInNoOlderSliceThanItsPool() {
        var story = CheckerStory()
        story.decided(.allowed, 1, at: 100, .limited(0, to: 500, 499, reset: 14_900, slice: 5000))
        // The override is gone, and the slices are narrow again.
        let part = WindowFact.counting(1, 1, reset: 14_800, partOf: 1)
        story.decided(.allowed, 1, at: 200, part, .limited(0, to: 9, 7, reset: 14_800))
        #expect(story.broken == [])
    }
}
