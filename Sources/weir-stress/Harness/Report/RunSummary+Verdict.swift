extension RunSummary {
    /// What the checker found about one invariant.
    package struct Verdict: Sendable, Hashable {
        /// `S1`.
        package var name: String
        /// `Never over the limit`.
        package var title: String
        /// What it promises, in one line; may be empty if the title says all.
        package var meaning: String
        /// How often it was broken.
        package var violations: Int

        package init(name: String, title: String, meaning: String, violations: Int) {
            self.name = name
            self.title = title
            self.meaning = meaning
            self.violations = violations
        }
    }
}
