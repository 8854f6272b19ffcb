import StressChecker
import StressHistory
import Testing

/// What the checker says of decisions of one moment.
@Suite struct CheckerTieTests {
    /// Three units and a denial at one moment, in another order than that of their numbers.
    private func story(places: [Int?]) -> CheckerStory {
        var story = CheckerStory()
        story.decided(.allowed, 1, at: 100, place: places[0], .limited(0, to: 4, 0, reset: 10_900))
        let full = WindowFact.limited(0, to: 4, 1, reset: 10_900, violated: true)
        story.decided(.denied, 2, at: 100, place: places[1], full, retryAfter: 10_900)
        let counting = WindowFact.counting(1, 2, reset: 10_900)
        story.decided(.allowed, 2, at: 100, place: places[2], .limited(0, to: 4, 1, reset: 10_900), counting)
        story.decided(.allowed, 1, at: 100, place: places[3], .limited(0, to: 4, 3, reset: 10_900))
        return story
    }

    @Test func placesGiveTheOrder() {
        #expect(story(places: [4, 3, 2, 1]).broken == [])
        #expect(story(places: [1, 2, 3, 4]).broken != [])
    }

    @Test func orderIsFoundWhereNoPlacesAreTold() {
        let findings = story(places: [nil, nil, nil, nil]).findings()
        #expect(findings.isClean, "\(findings.violations.flatMap(\.lines))")
    }

    @Test func decisionsThatNoOrderExplainsAreReported() {
        var story = story(places: [nil, nil, nil, nil])
        story.attempts[1].windows[0].remaining = 2
        #expect(story.broken != [])
    }

    @Test func denialMayDependOnWhatCountsInAnotherWindow() {
        var story = CheckerStory()
        story.decided(.allowed, 1, at: 100, place: nil, .limited(0, to: 9, 8, reset: 10_900))
        story.decided(
            .denied,
            1,
            at: 100,
            place: nil,
            .limited(0, to: 9, 9, reset: 0),
            .limited(1, to: 1, 0, reset: 10_900, violated: true),
            retryAfter: 10_900
        )
        story.decided(.allowed, 1, at: 100, place: nil, .limited(1, to: 1, 0, reset: 10_900))
        #expect(story.broken == [])
    }

    @Test func refundsOfOneMomentAreHeldAgainstAnyOrder() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .limited(0, to: 9, 7, reset: 10_900))
        // First the refund, then the admission; or the other way round.
        story.decided(.allowed, 1, at: 1200, place: nil, .limited(0, to: 9, 8, reset: 9800))
        story.decided(.allowed, -2, at: 1200, place: nil, .limited(0, to: 9, 9, reset: 0))
        story.decided(.allowed, 0, at: 1300, .limited(0, to: 9, 8, reset: 10_700))
        #expect(story.broken == [])
        story.attempts[3].windows[0].reset = 9700
        story.attempts[1].windows[0].remaining = 6
        story.attempts[2].windows[0].remaining = 8
        #expect(story.broken == [])
        // No order leaves so much.
        story.attempts[3].windows[0].remaining = 5
        #expect(story.broken == ["S3"])
    }

    @Test func limitHoldsInAnyOrder() {
        var story = CheckerStory()
        story.decided(.allowed, 2, at: 100, .small(0, reset: 10_900))
        story.decided(.allowed, -1, at: 1200, place: nil, .small(1, reset: 9800))
        story.decided(.allowed, 1, at: 1200, place: nil, .small(0, reset: 9800))
        story.decided(.allowed, 1, at: 1200, place: nil, .small(0, reset: 9800))
        #expect(story.broken.contains("S1"))
        story.attempts.remove(at: 3)
        #expect(story.broken == [])
    }
}
