package import StressChecker
package import StressHistory

/// Reads what workers have recorded, brings it into the order in which Redis decided, and checks it.
struct Examination {
    private let workload: Workload
    private let faults: [Fault]
    private var sorted = SortedAttempts()

    init(workload: Workload, faults: [Fault]) {
        self.workload = workload
        self.faults = faults
    }

    /// Adds what one worker recorded.
    ///
    /// - Parameters:
    ///   - record: its file.
    ///   - ended: when it was seen to be gone; what was in flight then may have counted.
    mutating func add(_ record: String, ended: Int) throws {
        var reader = try RecordFileReader(path: record, template: { workload.template(of: $0) })
        while let attempt = try reader.next(ended: ended) { try sorted.add(attempt) }
    }

    /// Checks all of it; each attempt is also shown to whoever counts or writes it.
    mutating func findings(showing show: (Attempt) throws -> Void) throws -> Findings {
        var checker = Checker(names: workload.names, faults: faults, watching: Set(workload.busiest), bucket: 100_000)
        while let attempt = try sorted.next() {
            checker.check(attempt)
            try show(attempt)
        }
        return checker.finish()
    }
}
