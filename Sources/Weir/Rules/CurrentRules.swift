/// The rules that a limiter has now, and the subjects that they were asked about of late.
///
/// Both are behind one lock, so a subject is always one of these rules, and a decision takes no second lock.
struct CurrentRules: Sendable {
    enum Finding {
        case known(Subject)
        /// To be made by these rules, and to be kept under their number.
        case unknown(RuleSet, number: Int)
    }

    private(set) var rules: RuleSet
    private var subjects = SubjectCache()
    /// How often the rules have changed.
    private var number = 0

    init(_ rules: RuleSet) { self.rules = rules }

    mutating func subject(of descriptor: Descriptor) -> Finding {
        if let subject = subjects.subject(of: descriptor) { return .known(subject) }
        return .unknown(rules, number: number)
    }

    /// Keeps a subject, unless other rules have come since it was looked for.
    mutating func keep(_ subject: Subject, for descriptor: Descriptor, number: Int) {
        if number == self.number { subjects.keep(subject, for: descriptor) }
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
        self.rules = rules
        number += 1
        return (change, former)
    }
}
