internal import Glibc
internal import Synchronization

/// Runs tasks on a pump's thread, between its turns.
///
/// For tasks that do little but ask: their answers wake no other thread, and what they ask next goes out with the next turn.
/// Where several processes share two cores, they ask one and a half times as often. A task that blocks holds up all
/// answers of the connection, so it is not for those of a service.
package final class PumpExecutor: TaskExecutor {
    private struct State: Sendable {
        var jobs: [UnownedJob] = []
        var hasEnded = false

        /// The jobs that are there, which are then no longer.
        mutating func takeJobs() -> [UnownedJob] {
            defer { jobs = [] }
            return jobs
        }
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup

    init(wakeup: Wakeup) { self.wakeup = wakeup }

    /// Has a job run with the pump's next turn; on Swift's own threads if the pump has ended.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = state.withLock { state in
            if !state.hasEnded { state.jobs.append(job) }
            return !state.hasEnded
        }
        guard isTaken else { return globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
        wakeup.signal(.mail)
    }

    var isWaiting: Bool { state.withLock { !$0.jobs.isEmpty } }

    /// Runs the jobs that are there; those that they lead to have to wait for the next turn, so that each is a short one.
    func runJobs() {
        let jobs = state.withLock { $0.takeJobs() }
        guard !jobs.isEmpty else { return }
        // The server may need this core to decide what was just sent, and would get it only after all of these.
        sched_yield()
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs no more jobs here: those that are left go to Swift's own threads.
    func end() {
        let jobs = state.withLock { state in
            state.hasEnded = true
            return state.takeJobs()
        }
        for job in jobs { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }
}
