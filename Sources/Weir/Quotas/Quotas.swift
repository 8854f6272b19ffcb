/// What a quota keeper keeps, where operators have set nothing else.
public struct Quotas: Sendable, Hashable {
    /// How many distinct sites a group may register, 0 to 2^31; 6 by default.
    public var sites = 6
    /// How many objects a user may create; 5,000 by default, and 100 more a month once that was reached.
    public var creations = CreationQuota()
    /// The rule by group alone whose limit a production grant raises; `group` by default.
    public var callsRule = "group"

    /// Quotas; whether they make sense is checked when a keeper is made with them.
    public init(sites: Int = 6, creations: CreationQuota = CreationQuota(), callsRule: String = "group") {
        self.sites = sites
        self.creations = creations
        self.callsRule = callsRule
    }

    func validated() throws(WeirError) -> Quotas {
        guard (0...Terms.limits.upperBound).contains(sites) else {
            throw WeirError(.invalidQuota, "the quota is \(sites) sites; 0 to 2147483648 are possible")
        }
        guard PlainName.isValid(callsRule, lengths: RuleSet.nameLengths) else {
            throw WeirError(
                .invalidQuota,
                "callsRule is '\(callsRule.prefix(40))'; a rule's name has 1 to 24 of \(PlainName.characters)"
            )
        }
        _ = try creations.validated()
        return self
    }
}
