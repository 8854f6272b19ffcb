internal import Foundation
internal import SeededRandom
internal import StressHistory
internal import Synchronization

/// The worker processes of a run: started together, killed and replaced by a fault, waited for in the end.
final class Crew: Sendable {
    private let plan: StressPlan
    private let directory: String
    private let program: URL
    private let workers = Mutex<[WorkerProcess]>([])

    init(_ plan: StressPlan, in directory: String, program: URL) throws {
        self.plan = plan
        self.directory = directory
        self.program = program
        do {
            for _ in 0..<plan.processes { try add() }
        } catch {
            end()
            throw error
        }
    }

    /// All that have ever been started.
    var all: [WorkerProcess] { workers.withLock { $0 } }

    /// Starts one more, whose number no other has had.
    private func add() throws {
        try workers.withLock { workers in
            workers.append(try WorkerProcess(plan, number: workers.count, in: directory, program: program))
        }
    }

    /// Kills one that runs, and starts another in its place; returns the number of the killed one.
    func replaceOne(_ generator: inout SeededGenerator) throws -> Int? {
        let victim: Int? = workers.withLock { workers in
            // The first lives as long as the run, so that it can be seen what a worker uses in the long run.
            let running = workers.indices.filter { $0 > 0 && workers[$0].isRunning }
            guard !running.isEmpty else { return nil }
            let victim = generator.element(running)
            workers[victim].kill(at: EpochClock.now)
            return victim
        }
        if victim != nil { try add() }
        return victim
    }

    /// Waits until all have ended; those that take longer than they may are ended.
    ///
    /// - Throws: ``HistoryError`` if one did not end as it should.
    func wait() async throws {
        let limit = max(plan.end, EpochClock.now) + 20_000_000
        while all.contains(where: \.isRunning) {
            guard EpochClock.now < limit else {
                let late = all.filter(\.isRunning)
                end()
                throw HistoryError("worker \(late[0].number) did not end 20 seconds after the load")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        if let complaint { throw HistoryError(complaint) }
    }

    /// What went wrong with one that has ended.
    var complaint: String? { all.lazy.compactMap(\.complaint).first }

    func end() { for worker in all { worker.end() } }
}
