internal import StressHistory
internal import Weir

/// What Redis holds when the load is over: a peek at everything that was asked about, as a record of its own.
struct FinalAccount: Sendable {
    private let limiters: Limiters
    private let process: Int

    init(url: String, prefix: String, process: Int) throws {
        var configuration = RateLimiter.Configuration()
        configuration.keyPrefix = prefix
        configuration.deadline = .seconds(5)
        limiters = try Limiters(store: RedisStore(url: url, configuration: configuration), configuration: configuration)
        self.process = process
    }

    /// Peeks, and records the answers in a file.
    func write(to path: String, of workload: Workload) async throws {
        var record = try RecordFile(path: path, process: process, tasks: 1, base: EpochClock.now)
        for (operation, subject) in workload.subjects.enumerated() {
            try record.record(try await peek(subject, operation), task: 0)
        }
        try record.close()
        await limiters.shutdown()
    }

    /// Asks until it is answered: a fault that has just ended may still be felt.
    private func peek(_ subject: Subject, _ operation: Int) async throws -> Attempt {
        for _ in 0..<20 {
            var attempt = Attempt(about: subject, by: process, operation: operation, cost: 0)
            await limiters[subject.rules].attempt(&attempt, subject)
            if attempt.outcome == .allowed { return attempt }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw HistoryError("Redis cannot be asked in the end what it holds, so nothing is proved")
    }
}
