package import StressChecker
package import StressHistory

/// Reads what workers have recorded, brings it into the order in which Redis decided, and checks it.
package struct Examination: ~Copyable {
    private let workload: Workload
    private let faults: [Fault]
    private var sorted: SortedAttempts
    package private(set) var count = 0

    package init(workload: Workload, faults: [Fault]) throws {
        self.workload = workload
        self.faults = faults
        sorted = try SortedAttempts()
    }

    /// Adds what one worker recorded.
    ///
    /// - Parameters:
    ///   - record: its file.
    ///   - ended: when it was seen to be gone; what was in flight then may have counted.
    ///   - wasKilled: whether it was killed, perhaps before it had a file and could ask anything.
    /// - Throws: ``HistoryError`` if the file is not what the worker must have left.
    package mutating func add(_ record: String, ended: Int, wasKilled: Bool = false) throws {
        if wasKilled, !RecordProgress.isThere(record) { return }
        var reader = try RecordFileReader(path: record, windows: workload.names.all.count, ended: ended) { numbers in
            numbers.map { workload.template(of: $0) }
        }
        while let attempt = try reader.next() {
            count += 1
            try sorted.add(attempt)
        }
    }

    /// Checks all of it; each attempt is also shown to whoever counts or writes it.
    package consuming func findings(showing show: (Attempt) throws -> Void = { _ in }) throws -> Findings {
        var checker = FailoverChecker(
            names: workload.names,
            faults: faults,
            watching: Set(workload.busiest),
            bucket: RunOutcome.occupancyBucket
        )
        var merged = try sorted.merged()
        while let attempt = try merged.next() {
            checker.check(attempt)
            try show(attempt)
        }
        return checker.finish()
    }
}
