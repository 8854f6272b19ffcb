/// The generic cell rate algorithm, GCRA, which is a token bucket: a burst of the limit, and one more as time passes.
struct GenericCellRate: MinuteAlgorithm {
    /// The theoretical arrival time of ITU-T I.371.
    private var arrival = 0

    mutating func admits(limit: Int, window: Int, at now: Int) -> Bool {
        let next = max(arrival, now) + window / limit
        guard next - now <= window else { return false }
        arrival = next
        return true
    }
}
