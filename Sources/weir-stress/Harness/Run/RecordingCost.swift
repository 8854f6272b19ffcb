internal import Foundation
internal import StressHistory

/// What it costs a worker to record a decision: measured by doing it, for while the load runs a clock would cost as much.
enum RecordingCost {
    /// Nanoseconds for each, from noting what is asked to noting what was answered.
    static func measure(_ workload: Workload, in directory: URL) throws -> Double {
        let path = directory.appending(path: "cost.records").path
        let subject = workload.subjects[0]
        var record = try RecordFile(path: path, process: 0, tasks: 1, base: EpochClock.now, capacity: 1 << 26)
        let count = 200_000
        let began = ContinuousClock.now
        for operation in 0..<count {
            let sent = EpochClock.now
            try record.begin(task: 0, operation: operation, cost: 1, sent: sent, windows: subject.numbers)
            var attempt = Attempt(
                process: 0,
                operation: operation,
                cost: 1,
                sent: sent,
                done: sent + 1500,
                outcome: .denied,
                source: .redis,
                server: sent + 700,
                place: operation % 128,
                windows: subject.windows,
                retryAfter: 12_345
            )
            attempt.windows[0].remaining = 0
            attempt.windows[0].reset = 12_345
            attempt.windows[0].isViolated = true
            try record.record(attempt, task: 0)
        }
        let nanoseconds = (ContinuousClock.now - began) / .nanoseconds(1)
        try record.close()
        try FileManager.default.removeItem(atPath: path)
        return nanoseconds / Double(count)
    }
}
