internal import StressHistory

/// The time of a run, in seconds since its start, and the faults on the way.
struct RunCourse {
    let start: Int
    /// When all of it is over.
    let seconds: Double
    /// In the order in which they began.
    let faults: [NumberedFault]

    init(_ summary: RunSummary) {
        let start = summary.setting.start
        self.start = start
        let moments = summary.course.last.map { $0.from + max(summary.bucket, 0) }
        let samples = summary.windows.compactMap { trace in trace.samples.last.map { $0.time + max(trace.bucket, 0) } }
        let ends = (samples + [moments].compactMap(\.self)).map { Self.seconds(from: start, to: $0) }
        // A hundredth of a second is the least that has an axis.
        seconds = max(ends.max() ?? 0, summary.setting.seconds.isFinite ? summary.setting.seconds : 0, 0.01)
        faults = NumberedFault.all(of: summary)
    }

    /// When a time was, in seconds since the start.
    func second(of time: Int) -> Double { Self.seconds(from: start, to: time) }

    /// The faults that were there at some time of an interval.
    func faults(from: Double, until: Double) -> [NumberedFault] {
        faults.filter { second(of: $0.fault.from) < until && second(of: $0.fault.until) >= from }
    }

    private static func seconds(from start: Int, to end: Int) -> Double {
        // Not the difference of the integers, which may overflow.
        (Double(end) - Double(start)) / 1_000_000
    }
}
