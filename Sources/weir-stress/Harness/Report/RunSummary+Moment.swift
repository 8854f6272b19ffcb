extension RunSummary {
    /// What happened in one bucket of the run.
    package struct Moment: Sendable, Hashable {
        /// When the bucket begins.
        package var from: Int
        package var admitted: Int
        package var denied: Int
        /// Attempts of which nobody knows whether they counted, and attempts that failed.
        package var unknownOrFailed: Int
        /// Of a hundred callers, 99 waited no longer; nil if nobody asked.
        package var p99: Int?

        package init(from: Int, admitted: Int, denied: Int, unknownOrFailed: Int, p99: Int?) {
            self.from = from
            self.admitted = admitted
            self.denied = denied
            self.unknownOrFailed = unknownOrFailed
            self.p99 = p99
        }
    }
}
