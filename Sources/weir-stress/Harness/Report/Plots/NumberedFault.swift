internal import StressHistory

/// A fault and its number, by which plots refer to the table of faults.
struct NumberedFault {
    /// From 1, in the order in which they began.
    let number: Int
    let disturbance: RunSummary.Disturbance

    var fault: Fault { disturbance.fault }

    /// The faults of a run, numbered.
    static func all(of summary: RunSummary) -> [NumberedFault] {
        let sorted = summary.disturbances.sorted { ($0.fault.from, $0.fault.until) < ($1.fault.from, $1.fault.until) }
        return sorted.enumerated().map { NumberedFault(number: $0 + 1, disturbance: $1) }
    }
}
