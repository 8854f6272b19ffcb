package import StressHistory

/// What a history shows.
package struct Findings: Sendable {
    /// The first violations: 100, and of each invariant at least the first five.
    package var violations: [Violation] = []
    /// How many violations there are of each invariant that is broken.
    package var counts: [Invariant: Int] = [:]

    package var attempts = 0
    package var allowed = 0
    package var denied = 0
    package var unknown = 0
    package var failed = 0
    /// How many of the denials a worker told from its memory of an earlier one.
    package var deniedFromMemory = 0
    /// How many attempts the failure policy decided.
    package var decidedByPolicy = 0

    /// Of the unknown attempts, those that are proved to have counted.
    package var unknownCounted = 0
    /// Of the unknown attempts, those that are proved not to have counted.
    package var unknownNotCounted = 0
    /// Of the unknown attempts, those of which neither is proved.
    package var unknownUndecided = 0

    /// The longest time in microseconds that a caller waited for an answer.
    package var longestWait = 0
    /// Whose wait that was.
    package var longestWaiting: Attempt?

    /// What each failover lost, in their order.
    package var losses: [Loss] = []

    /// How many windows the attempts were about.
    package var windows = 0
    /// How full the watched windows were, by window.
    package var occupancy: [Int: [OccupancySample]] = [:]

    package init() {}

    /// How many violations there are.
    package var violationCount: Int { counts.values.reduce(0, +) }

    /// Whether no invariant is broken.
    package var isClean: Bool { counts.isEmpty }
}
