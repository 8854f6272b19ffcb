/// What happened in one slot of a plot.
struct RateLevel {
    let from: Double
    let until: Double
    /// How long its buckets are together; the last of them may go on after the run.
    let seconds: Double
    private(set) var admitted = 0
    private(set) var denied = 0
    private(set) var unsettled = 0
    private(set) var p99: Int?

    /// Per second: admitted, then with what was denied, then with all the rest.
    var heights: [Double] {
        [admitted, admitted + denied, admitted + denied + unsettled].map { Double($0) / seconds }
    }

    /// The run in slots: counts are added up, and of the waits the longest is kept.
    static func all(of summary: RunSummary, in slots: TimeSlots) -> [RateLevel] {
        var levels = (0..<slots.count).map {
            RateLevel(from: slots.start(of: $0), until: slots.end(of: $0), seconds: slots.seconds(of: $0))
        }
        for moment in summary.course { levels[slots.slot(of: moment.from)].add(moment) }
        return levels
    }

    private mutating func add(_ moment: RunSummary.Moment) {
        admitted += moment.admitted
        denied += moment.denied
        unsettled += moment.unknownOrFailed
        p99 = [p99, moment.p99].compactMap(\.self).max()
    }
}
