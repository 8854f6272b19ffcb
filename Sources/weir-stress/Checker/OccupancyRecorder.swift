/// Keeps how full one window was, for a plot.
struct OccupancyRecorder {
    /// More buckets in a row than this are not filled if nothing happened in them.
    private static let longestGap = 1000

    private let bucket: Int
    private(set) var samples: [OccupancySample] = []

    init(bucket: Int) { self.bucket = bucket }

    /// Goes on to a later time; the trail lets go of what has left on the way.
    mutating func advance(_ trail: inout Trail, period: Int, to now: Int) {
        let start = now - now % bucket
        if let last = samples.last, last.time < start {
            var next = max(last.time + bucket, start - Self.longestGap * bucket)
            while next <= start {
                trail.settle(next - period)
                samples.append(OccupancySample(time: next, units: trail.units, limit: last.limit, overshoot: 0))
                next += bucket
            }
        }
        trail.settle(now - period)
    }

    /// Counts what the trail holds after an admission.
    mutating func record(_ units: Int, limit: Int?, overshoot: Int, at now: Int) {
        let start = now - now % bucket
        if let last = samples.last, last.time == start {
            samples[samples.count - 1].units = max(last.units, units)
            samples[samples.count - 1].limit = limit
            samples[samples.count - 1].overshoot = max(last.overshoot, overshoot)
        } else {
            samples.append(OccupancySample(time: start, units: units, limit: limit, overshoot: overshoot))
        }
    }
}
