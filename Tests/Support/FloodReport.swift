/// What a worker process reports of very many tasks that ask a Redis that does not answer, as JSON.
package struct FloodReport: Codable, Sendable {
    /// One flood: all at once, each task one call.
    package struct Wave: Codable, Sendable {
        /// Decisions by policy, by the code of why Redis did not decide.
        package var reasons: [String: Int] = [:]
        /// Decisions of Redis, which was not there.
        package var others = 0
        package var longestMilliseconds = 0.0

        package init() {}
    }

    package var waves: [Wave] = []
    package var before: ProcessCensus
    package var after: ProcessCensus

    package init(before: ProcessCensus, after: ProcessCensus) {
        self.before = before
        self.after = after
    }
}
