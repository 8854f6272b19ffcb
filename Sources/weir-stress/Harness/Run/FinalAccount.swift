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
            let sent = EpochClock.now
            var attempt = Attempt(
                process: process,
                operation: operation,
                cost: 0,
                sent: sent,
                done: sent,
                outcome: .unknown,
                windows: subject.windows
            )
            await limiters[subject.rules].attempt(&attempt, subject)
            try record.record(attempt, task: 0)
        }
        try record.close()
        await limiters.shutdown()
    }
}
