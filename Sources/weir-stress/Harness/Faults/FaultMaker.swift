package import SeededRandom
package import StressHistory

/// Carries out planned faults, one at a time, and tells from when until when each was there.
package protocol FaultMaker: Sendable {
    /// Ends a worker at once, as `kill -9` does; returns the number of its process, or nil if there is none.
    typealias WorkerKiller = @Sendable (inout SeededGenerator) async throws -> Int?

    /// Carries out a fault at once, and returns when it is over.
    ///
    /// - Parameter planned: what is to happen; when it was to begin does not matter.
    /// - Returns: the fault as it was, or nil if there was no worker to hit.
    /// - Throws: if something could not be done or undone; then Redis may be left as it is.
    func carryOut(_ planned: PlannedFault) async throws -> Fault?

    /// Sees that nothing else has happened, at the end of a run.
    ///
    /// - Throws: what has.
    func expectNoSurprise() async throws
}

extension FaultMaker {
    package func expectNoSurprise() async throws {}
}
