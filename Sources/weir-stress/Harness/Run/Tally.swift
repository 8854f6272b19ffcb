internal import StressHistory

/// What a run came to, counted from its history: by process, and in the course of time.
struct Tally {
    /// One process.
    struct Share {
        var decisions = 0
        var admitted = 0
        var denied = 0
        var unknown = 0
        var latencies = Latencies()

        mutating func add(_ attempt: Attempt) {
            decisions += 1
            switch attempt.outcome {
            case .allowed: admitted += 1
            case .denied: denied += 1
            case .unknown: unknown += 1
            case .failed: break
            }
            latencies.add(attempt.done - attempt.sent)
        }
    }

    /// A part of the run.
    private struct Bucket {
        var admitted = 0
        var denied = 0
        var unknownOrFailed = 0
        var latencies: Latencies?
    }

    /// How long a part of the run is.
    let bucket: Int
    private let start: Int
    private(set) var shares: [Share]
    private(set) var latencies = Latencies()
    private(set) var errors: [String: Int] = [:]
    /// Requests that Redis admitted or denied while the load lasted.
    private(set) var decidedByRedis = 0
    private var course: [Bucket]
    private(set) var recoveries: Recoveries

    /// A tally of a run whose parts are so long that there are at most a few hundred of them.
    init(start: Int, end: Int, processes: Int, faults: [Fault], slots: [Int]) {
        self.start = start
        bucket = max(100_000, (end - start + 299) / 300)
        shares = Array(repeating: Share(), count: processes)
        course = Array(repeating: Bucket(), count: max(1, (end - start + bucket - 1) / bucket))
        recoveries = Recoveries(faults, slots: slots)
    }

    mutating func add(_ attempt: Attempt) {
        // The last account after the run is nobody's load.
        guard shares.indices.contains(attempt.process) else { return }
        shares[attempt.process].add(attempt)
        if attempt.source == .redis { decidedByRedis += 1 }
        latencies.add(attempt.done - attempt.sent)
        if let error = attempt.error { errors[error, default: 0] += 1 }
        let place = min(max(0, (attempt.done - start) / bucket), course.count - 1)
        switch attempt.outcome {
        case .allowed: course[place].admitted += 1
        case .denied: course[place].denied += 1
        case .unknown, .failed: course[place].unknownOrFailed += 1
        }
        if course[place].latencies == nil { course[place].latencies = Latencies(isCoarse: true) }
        course[place].latencies?.add(attempt.done - attempt.sent)
        recoveries.add(attempt)
    }

    /// The course of the run, from its start.
    var moments: [RunSummary.Moment] {
        course.enumerated().map { place, part in
            RunSummary.Moment(
                from: start + place * bucket,
                admitted: part.admitted,
                denied: part.denied,
                unknownOrFailed: part.unknownOrFailed,
                p99: part.latencies?.percentile(99)
            )
        }
    }
}
