internal import StressHistory

/// Whether decisions were made in an order that their callers can agree with.
///
/// If one attempt was done before another was sent, it was decided no later. All workers of a run share one clock.
struct RealTimeOrder {
    /// Of the decisions before the current time, the one that was sent last.
    private var earlier: Footprint = .none
    private var latestSent = -1
    /// The same of those at the current time, among which there is no order.
    private var now = -1
    private var current: Footprint = .none
    private var currentSent = -1

    /// An attempt that was decided earlier though it was sent only after this one was done; nil if there is none.
    mutating func contradiction(to attempt: Attempt, at time: Int) -> Footprint? {
        if time != now {
            if currentSent > latestSent { (earlier, latestSent) = (current, currentSent) }
            (now, currentSent) = (time, -1)
        }
        if attempt.sent > currentSent {
            currentSent = attempt.sent
            if currentSent > latestSent { current = Footprint(attempt) }
        }
        return attempt.done < latestSent ? earlier : nil
    }
}
