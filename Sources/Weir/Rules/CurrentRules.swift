/// The rules that a limiter has now, and the subjects that they were asked about of late.
///
/// Both are behind one lock, so a subject is always one of these rules, and a decision takes no second lock.
struct CurrentRules: Sendable {
    enum Finding {
        case known(Subject)
        /// To be made by these rules, and to be kept.
        case unknown(RuleSet)
    }

    private(set) var rules: RuleSet
    private var subjects = SubjectCache()

    init(_ rules: RuleSet) { self.rules = rules }

    mutating func subject(of descriptor: Descriptor) -> Finding {
        if let subject = subjects.subject(of: descriptor) { return .known(subject) }
        return .unknown(rules)
    }

    /// Keeps a subject, unless other rules have come since it was looked for.
    mutating func keep(_ subject: Subject, for descriptor: Descriptor) {
        if subject.edition == rules.edition { subjects.keep(subject, for: descriptor) }
    }

    /// Has other rules from now on.
    ///
    /// - Parameter rules: the new ones.
    /// - Returns: what changes, and the subjects of the old rules: there may be many, and who holds the lock should not
    ///   have to release them.
    mutating func replace(with rules: RuleSet) -> (change: RulesChange, former: SubjectCache) {
        let change = RulesChange(from: self.rules, to: rules)
        let former = subjects
        subjects = SubjectCache()
        self.rules = rules.succeeding(self.rules)
        return (change, former)
    }
}
