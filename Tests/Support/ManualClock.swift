internal import Synchronization

/// A clock that stands still until it is told to go on.
package final class ManualClock: Clock {
    package struct Instant: InstantProtocol {
        let offset: Duration

        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let elapsed = Mutex(Duration.zero)

    package init() {}

    package var now: Instant { Instant(offset: elapsed.withLock { $0 }) }
    package var minimumResolution: Duration { .microseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        while now < deadline { try await Task.sleep(for: .milliseconds(1)) }
    }

    package func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }
}
