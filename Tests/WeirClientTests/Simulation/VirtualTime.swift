import Synchronization

/// A clock and an executor in one, under which what happens is the same each time and takes no time.
///
/// All tasks run on one thread, in the order in which they can; when none can, time leaps to the next sleeper's.
final class VirtualTime: Clock, TaskExecutor {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let number: Int
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Duration.zero
        var jobs: [UnownedJob] = []
        var sleepers: [Sleeper] = []
        var lastNumber = 0
        var sleeps = 0
        var isOver = false
    }

    private let state = Mutex(State())

    var now: Instant { Instant(offset: elapsed) }
    var elapsed: Duration { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// How often anybody slept: a loop that is busy sleeps often.
    var sleeps: Int { state.withLock { $0.sleeps } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            state.sleeps += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = Task.isCancelled
                let isAwake = state.withLock { state in
                    guard !isCancelled, deadline.offset > state.now else { return true }
                    state.sleepers.append(
                        Sleeper(number: number, deadline: deadline.offset, continuation: continuation)
                    )
                    return false
                }
                guard isAwake else { return }
                if isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.number == number }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Nobody can go on, and nobody sleeps.
    struct Deadlock: Error {}

    /// Runs everything to its end.
    static func run<Result: Sendable>(
        _ operation: @escaping @Sendable (VirtualTime) async throws -> Result
    ) throws -> Result {
        let time = VirtualTime()
        let result = Mutex<Swift.Result<Result, any Error>?>(nil)
        let task = Task(executorPreference: time) {
            do {
                let value = try await operation(time)
                result.withLock { $0 = .success(value) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
        }
        while true {
            if let job = time.nextJob() {
                job.runSynchronously(on: time.asUnownedTaskExecutor())
            } else if let result = result.withLock({ $0 }) {
                return try result.get()
            } else if !time.leap() {
                task.cancel()
                throw Deadlock()
            }
        }
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    /// To the next sleeper's time; false if nobody sleeps.
    private func leap() -> Bool {
        let sleeper = state.withLock { state -> Sleeper? in
            guard
                let index = state.sleepers.indices.min(by: { left, right in
                    (state.sleepers[left].deadline, state.sleepers[left].number)
                        < (state.sleepers[right].deadline, state.sleepers[right].number)
                })
            else { return nil }
            let sleeper = state.sleepers.remove(at: index)
            state.now = max(state.now, sleeper.deadline)
            return sleeper
        }
        sleeper?.continuation.resume()
        return sleeper != nil
    }
}
