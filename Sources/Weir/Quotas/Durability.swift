/// When a change of a quota counts as safe.
public enum Durability: Sendable, Hashable {
    /// When the one Redis has it.
    case local
    /// When so many replicas have acknowledged it too, or the time is over; half a second by default.
    ///
    /// The change counts in any case: ``Replication`` tells how many have it.
    case replicas(Int, within: Duration = .milliseconds(500))

    static let longestWait = Duration.seconds(10)

    func validated() throws(WeirError) {
        guard case .replicas(let count, let time) = self else { return }
        guard (1...100).contains(count), time >= .milliseconds(1), time <= Self.longestWait else {
            throw WeirError(
                .invalidQuota,
                "\(count) replicas within \(time) cannot be waited for; 1 to 100 within 1 millisecond to 10 seconds"
            )
        }
    }
}
