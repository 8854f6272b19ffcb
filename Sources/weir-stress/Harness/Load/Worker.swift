internal import SeededRandom
internal import StressHistory
internal import Synchronization
package import Weir

/// One process of the load: many tasks that ask, and record what they asked and were told.
package final class Worker: Sendable {
    private let plan: StressPlan
    private let workload = Workload()
    private let process: Int
    private let limiters: Limiters
    /// Where the tasks run; nil for Swift's own threads.
    private let executor: (any TaskExecutor)?
    private let record: Mutex<RecordFile>
    /// Nil where decisions are not made as every user of the library has them.
    private let connections: ConnectionWatch?

    /// A worker that decides through a store, and records into a file.
    ///
    /// - Parameters:
    ///   - plan: what all workers are told.
    ///   - process: the number of this one.
    ///   - path: the file, which is made, and beside it the one of its ``ConnectionWatch``.
    ///   - store: where decisions are made; nil for Redis, as every user of the library has it.
    /// - Throws: ``WeirError`` if the address makes no sense, ``HistoryError`` if the file cannot be made.
    package init(_ plan: StressPlan, process: Int, recordingTo path: String, store: (any Store)? = nil) throws {
        self.plan = plan
        self.process = process
        var configuration = RateLimiter.Configuration()
        configuration.keyPrefix = plan.prefix
        configuration.deadline = .milliseconds(plan.deadline)
        let store = try store ?? RedisStore(url: plan.url, configuration: configuration)
        limiters = try Limiters(store: store, configuration: configuration)
        executor = plan.threads == .connection ? (store as? RedisStore)?.executor : nil
        connections = try (store as? RedisStore).map { redis in
            try ConnectionWatch(writingTo: WorkerProcess.connections(besides: path)) { redis.connectionAttempts }
        }
        record = Mutex(
            try RecordFile(path: path, process: process, tasks: plan.tasks, base: EpochClock.now)
        )
    }

    /// Asks from the start to the end of the plan, then closes the record.
    package func run() async throws {
        try await EpochClock.sleep(until: plan.start)
        try await askAll()
        await limiters.shutdown()
        try record.withLock { try $0.close() }
    }

    /// Asks, and watches the connections as long as it does.
    private func askAll() async throws {
        let watching = Task { try await connections?.run() }
        defer { watching.cancel() }
        try await withThrowingTaskGroup { group in
            for task in 0..<plan.tasks {
                group.addTask(executorPreference: executor) { try await self.ask(task) }
            }
            try await group.waitForAll()
        }
        watching.cancel()
        try await watching.value
    }

    /// The life of one task.
    private func ask(_ task: Int) async throws {
        let place = UInt64(process) << 32 | UInt64(task)
        var generator = SeededGenerator(seed: plan.seed ^ (place &* 0x9E37_79B9_7F4A_7C15))
        let pause = plan.rate.map { Double(plan.processes * plan.tasks) / $0 * 1_000_000 }
        var next = Double(plan.start) + (pause ?? 0) * Double(generator.number(0...999)) / 1000
        var operation = task
        while EpochClock.now < plan.end {
            if let pause {
                try await EpochClock.sleep(until: Int(next))
                // What a fault has held up is not made up for.
                next = max(next + pause, Double(EpochClock.now) - pause)
            }
            let subject = workload.subject(&generator)
            let cost = Self.cost(&generator)
            let isRemembering = subject.rules == .byEndpoint && generator.once(in: 2)
            let limiter = isRemembering ? limiters.remembering : limiters[subject.rules]
            let attempt = try await attempt(subject, by: limiter, cost: cost, operation: operation, task: task)
            operation += plan.tasks
            if attempt.outcome == .allowed, cost > 0, generator.once(in: 20) {
                _ = try await self.attempt(subject, by: limiter, cost: -cost, operation: operation, task: task)
                operation += plan.tasks
            }
            if attempt.error != nil { try await Task.sleep(for: pauseAfterFailure) }
        }
    }

    /// What fails at once would keep a core busy with failing: ten thousand times a second, all tasks together, are enough.
    private var pauseAfterFailure: Duration { .microseconds(max(1000, 100 * plan.tasks)) }

    private static func cost(_ generator: inout SeededGenerator) -> Int {
        switch generator.number(0...99) {
        case 0: 0
        case 1...79: 1
        default: generator.number(2...10)
        }
    }

    /// One request, recorded before it is made and after it was answered.
    private func attempt(
        _ subject: Subject,
        by limiter: RateLimiter,
        cost: Int,
        operation: Int,
        task: Int
    ) async throws -> Attempt {
        var attempt = Attempt(about: subject, by: process, operation: operation, cost: cost)
        try record.withLock {
            try $0.begin(task: task, operation: operation, cost: cost, sent: attempt.sent, windows: subject.numbers)
        }
        await limiter.attempt(&attempt, subject)
        try record.withLock { try $0.record(attempt, task: task) }
        return attempt
    }
}
