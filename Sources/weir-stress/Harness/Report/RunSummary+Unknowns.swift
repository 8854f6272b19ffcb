extension RunSummary {
    /// What was found out about the attempts with an unknown outcome.
    package struct Unknowns: Sendable, Hashable {
        package var counted: Int
        package var didNotCount: Int
        package var undecided: Int

        package init(counted: Int, didNotCount: Int, undecided: Int) {
            self.counted = counted
            self.didNotCount = didNotCount
            self.undecided = undecided
        }
    }
}
