internal import Synchronization

/// Starting of processes, one at a time.
///
/// A process that starts inherits whatever another thread is just setting up for another one: the end of a pipe, by
/// whose closing it is seen that a process has ended. Whoever waits for that would wait for ever.
package enum Spawning {
    private static let isSpawning = Mutex(())

    /// Prepares and starts a process while no other starts.
    package static func alone<Result: Sendable>(_ body: () throws -> Result) rethrows -> Result {
        try isSpawning.withLock { _ in try body() }
    }
}
