package import StressHistory

/// What a history shows.
package struct Findings: Sendable {
    /// The first violations: 100, and of each invariant at least the first five.
    package internal(set) var violations: [Violation] = []
    /// How many violations there are of each invariant that is broken.
    package internal(set) var counts: [Invariant: Int] = [:]

    package internal(set) var attempts = 0
    package internal(set) var allowed = 0
    package internal(set) var denied = 0
    package internal(set) var unknown = 0
    package internal(set) var failed = 0
    /// How many of the denials a worker told from its memory of an earlier one.
    package internal(set) var deniedFromMemory = 0
    /// How many attempts the failure policy decided.
    package internal(set) var decidedByPolicy = 0

    /// Of the unknown attempts, those that are proved to have counted.
    package internal(set) var unknownCounted = 0
    /// Of the unknown attempts, those that are proved not to have counted.
    package internal(set) var unknownNotCounted = 0
    /// Of the unknown attempts, those of which neither is proved.
    package internal(set) var unknownUndecided = 0

    /// The longest time in microseconds that a caller waited for an answer.
    package internal(set) var longestWait = 0
    /// Whose wait that was.
    package internal(set) var longestWaiting: Attempt?

    /// How many windows the attempts were about.
    package internal(set) var windows = 0
    /// How full the watched windows were, by window.
    package internal(set) var occupancy: [Int: [OccupancySample]] = [:]

    /// Whether no invariant is broken.
    package var isClean: Bool { counts.isEmpty }
}
