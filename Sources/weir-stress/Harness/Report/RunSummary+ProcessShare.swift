extension RunSummary {
    /// What one process did.
    package struct ProcessShare: Sendable, Hashable {
        /// Its number; one that replaces it has another.
        package var number: Int
        package var decisions: Int
        package var admitted: Int
        package var denied: Int
        package var unknown: Int
        /// Half of its callers waited no longer.
        package var median: Int
        /// Of a hundred of its callers, 99 waited no longer.
        package var p99: Int
        /// None of its callers waited longer.
        package var longest: Int
        /// How often it was killed and replaced.
        package var kills: Int

        package init(
            number: Int,
            decisions: Int,
            admitted: Int,
            denied: Int,
            unknown: Int,
            median: Int,
            p99: Int,
            longest: Int,
            kills: Int
        ) {
            self.number = number
            self.decisions = decisions
            self.admitted = admitted
            self.denied = denied
            self.unknown = unknown
            self.median = median
            self.p99 = p99
            self.longest = longest
            self.kills = kills
        }
    }
}
