/// The rules that apply to requests of one kind, and all that these have in common: made once, not for each subject.
final class AppliedRules: Sendable {
    /// In their order.
    let rules: [Rule]
    /// Where decisions under each are counted; none if nobody counts.
    let counters: [RuleCounters]
    /// What the windows under them are, but for their keys.
    let shape: WindowShape
    /// Whether any of them warns when its limit is near.
    let hasWarnings: Bool

    init(_ rules: [Rule], counters: [RuleCounters], shape: WindowShape) {
        self.rules = rules
        self.counters = counters
        self.shape = shape
        hasWarnings = rules.contains { $0.warnAt != nil }
    }
}
