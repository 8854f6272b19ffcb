extension RunSummary {
    /// The counts of the whole run.
    package struct Totals: Sendable, Hashable {
        /// The attempts, whatever became of them.
        package var decisions: Int
        package var admitted: Int
        package var denied: Int
        /// Attempts of which nobody can say whether they counted.
        package var unknown: Int
        /// Attempts that ended with an error and did not count.
        package var failed: Int
        package var violations: Int
        package var decisionsPerSecond: Double
        /// Nanoseconds that it took to record a decision; nil if it was not measured.
        package var recordingCost: Double?
        /// The longest that a caller waited for an answer, of whatever kind; nil if nobody asked.
        package var longestWait: Int?
        /// How long a caller was to wait at most.
        package var deadline: Int
        /// The most connections that any process tried to make in any five seconds in which, for some of the time, Redis
        /// could not be reached; nil if it always could.
        package var connectionAttempts: Int?

        package init(
            decisions: Int,
            admitted: Int,
            denied: Int,
            unknown: Int,
            failed: Int,
            violations: Int,
            decisionsPerSecond: Double,
            recordingCost: Double?,
            longestWait: Int?,
            deadline: Int,
            connectionAttempts: Int? = nil
        ) {
            self.decisions = decisions
            self.admitted = admitted
            self.denied = denied
            self.unknown = unknown
            self.failed = failed
            self.violations = violations
            self.decisionsPerSecond = decisionsPerSecond
            self.recordingCost = recordingCost
            self.longestWait = longestWait
            self.deadline = deadline
            self.connectionAttempts = connectionAttempts
        }
    }
}
