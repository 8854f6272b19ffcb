import StressHarness
import StressHistory

extension RunSummary {
    /// A run as the harness might tell it: so many seconds, two processes, one window with a limit of 100.
    static func example(seconds: Int = 60, bucket: Int = 1_000_000) -> RunSummary {
        let start = 1_777_900_000_000_000
        let buckets = seconds * 1_000_000 / bucket
        let course = (0..<buckets).map {
            Moment(from: start + $0 * bucket, admitted: 900, denied: 600, unknownOrFailed: 0, p99: 1400 + $0 % 7)
        }
        let samples = (0..<buckets).map {
            WindowTrace.Sample(time: start + $0 * bucket, most: 40 + $0 % 50, limit: 100, overshoot: 0)
        }
        let processes = (0..<2).map {
            ProcessShare(
                number: $0,
                decisions: 750 * buckets,
                admitted: 450 * buckets,
                denied: 300 * buckets,
                unknown: 0,
                median: 640,
                p99: 1410,
                longest: 48_000,
                kills: $0
            )
        }
        return RunSummary(
            setting: Setting(
                start: start,
                seconds: Double(seconds),
                processes: 2,
                tasks: 64,
                seed: 42,
                pace: nil,
                place: "a private Redis",
                redisVersion: "7.0.15",
                machine: "a processor, 2 cores",
                command: "weir-stress --seconds \(seconds)"
            ),
            totals: Totals(
                decisions: 1500 * buckets,
                admitted: 900 * buckets,
                denied: 600 * buckets,
                unknown: 0,
                failed: 0,
                violations: 0,
                decisionsPerSecond: Double(1500 * buckets) / Double(seconds),
                recordingCost: 212.4,
                longestWait: 48_000,
                deadline: 50_000
            ),
            latency: Latency(p50: 652, p90: 980, p99: 1511, p999: 8120, p9999: 31_090, longest: 48_000),
            processes: processes,
            bucket: bucket,
            course: course,
            disturbances: [],
            windows: [
                WindowTrace(rule: "endpoint", subject: "u-17", period: 1_000_000, bucket: bucket, samples: samples)
            ],
            unknowns: Unknowns(counted: 0, didNotCount: 0, undecided: 0),
            verdicts: (1...6).map {
                Verdict(name: "S\($0)", title: "Promise \($0)", meaning: "What it means.", violations: 0)
            },
            violations: []
        )
    }

    /// Makes so many faults at equal distances, each of the next kind.
    mutating func disturb(_ count: Int, effect: String = "some decisions were unknown") {
        let kinds = Fault.Kind.allCases
        let distance = Int(setting.seconds * 1_000_000) / (count + 1)
        disturbances = (1...count).map { number in
            let from = setting.start + number * distance
            let fault = Fault(kind: kinds[number % kinds.count], from: from, until: from + distance / 3)
            return Disturbance(fault: fault, effect: effect, recovery: number * 1000)
        }
    }
}
