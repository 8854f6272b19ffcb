/// Equal slots of a run, each of which is one point of a plot.
///
/// A long run has more buckets than a plot has points, so a slot takes in as many of them as it must.
struct TimeSlots {
    /// The length of a slot in seconds.
    let length: Double
    let count: Int
    /// The length of all buckets together, the last of which may go on after the run.
    private let whole: Double
    private let course: RunCourse

    /// Slots of whole buckets, at most so many.
    init(of course: RunCourse, bucket: Int, most: Int) {
        self.course = course
        let bucket = Double(max(bucket, 1)) / 1_000_000
        // A little less, so that rounding makes no slot of its own for nothing.
        let buckets = max((course.seconds / bucket - 0.001).rounded(.up), 1)
        let merged = (buckets / Double(max(most, 1))).rounded(.up)
        length = bucket * merged
        whole = bucket * buckets
        count = max(Int((buckets / merged).rounded(.up)), 1)
    }

    /// The slot in which something lies that began at a time; what lies outside is in the first or the last.
    func slot(of time: Int) -> Int {
        // A bucket that begins with a slot belongs to it, however its time is rounded.
        Int(min(max((course.second(of: time) / length + 0.000_1).rounded(.down), 0), Double(count - 1)))
    }

    /// How many seconds of buckets a slot takes in: all of them equally many, but for the last.
    func seconds(of slot: Int) -> Double { min(Double(slot + 1) * length, whole) - start(of: slot) }

    func start(of slot: Int) -> Double { Double(slot) * length }

    func end(of slot: Int) -> Double { min(Double(slot + 1) * length, course.seconds) }
}
