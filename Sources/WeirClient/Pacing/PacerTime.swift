internal import Glibc

/// A clock as a pacer sees it: the time since it began, and waiting until then.
struct PacerTime: Sendable {
    /// The time since it began.
    let now: @Sendable () -> Duration
    /// Sleeps until a time, or throws if the task is cancelled.
    let sleep: @Sendable (_ until: Duration) async throws -> Void
    /// The time since the epoch.
    let sinceEpoch: @Sendable () -> Duration

    /// - Parameters:
    ///   - clock: the clock.
    ///   - epoch: its time now, since the epoch; nil for that of this machine, whatever the clock says.
    init<C: Clock<Duration>>(_ clock: C, startingAt epoch: Duration?) {
        let origin = clock.now
        now = { origin.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
        if let epoch {
            sinceEpoch = { epoch + origin.duration(to: clock.now) }
        } else {
            sinceEpoch = {
                var time = timespec()
                clock_gettime(CLOCK_REALTIME, &time)
                return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
            }
        }
    }
}
