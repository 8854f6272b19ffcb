import Testing

@testable import Hiredis

/// Whoever waits for news of a cluster is told of all that came since it last looked.
@Suite struct ClusterWaitersTests {
    @Test func newsBetweenTheLookAndTheWaitAreNotMissed() async throws {
        let waiters = ClusterWaiters(capacity: 1)
        let news = waiters.news
        waiters.tell(nil)
        try await waiters.wait(since: news, before: .now + .seconds(60))
    }

    @Test func onlyWhyThereIsNoneIsNoNews() async throws {
        let waiters = ClusterWaiters(capacity: 1)
        let news = waiters.news
        waiters.tell(RedisError(.unreachable, "nobody answers"))
        await #expect(throws: RedisError.self) { try await waiters.wait(since: news, before: .now) }
    }
}
