/// How full a window was in one slot of a plot.
struct OccupancyLevel {
    let from: Double
    let until: Double
    private(set) var units: Int
    /// The limit in force when it was so full.
    private(set) var limit: Int?
    private(set) var overshoot: Int

    /// The levels of a window, each the fullest of its slot: of two samples, the one that broke its limit.
    static func all(of trace: RunSummary.WindowTrace, in slots: TimeSlots) -> [OccupancyLevel] {
        var fullest = [RunSummary.WindowTrace.Sample?](repeating: nil, count: slots.count)
        for sample in trace.samples {
            let slot = slots.slot(of: sample.time)
            if let other = fullest[slot], (other.overshoot, other.most) >= (sample.overshoot, sample.most) { continue }
            fullest[slot] = sample
        }
        // A limit is in force although nothing was asked meanwhile.
        var limit = trace.samples.first?.limit
        return fullest.enumerated().map { slot, sample in
            if let sample { limit = sample.limit }
            return OccupancyLevel(
                from: slots.start(of: slot),
                until: slots.end(of: slot),
                units: sample?.most ?? 0,
                limit: limit,
                overshoot: max(sample?.overshoot ?? 0, 0)
            )
        }
    }
}
