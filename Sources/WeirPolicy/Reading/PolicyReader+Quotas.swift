internal import Weir
internal import Yams

extension PolicyReader {
    /// Reads how many objects and sites there may be.
    mutating func readQuotas(_ node: Node, into policy: inout Policy) {
        guard let fields = fields(node, "quotas", known: ["creations", "sites", "callsRule"]) else { return }
        let most = Terms.limits.upperBound
        namedQuotas = Set(fields.keys.compactMap { Policy.Quota(rawValue: $0) })
        if let node = fields["creations"],
            let creations = self.fields(node, "creations", known: ["limit", "monthlyGrowth"], required: ["limit"])
        {
            let growth = creations["monthlyGrowth"].map { integer($0, "the monthly growth", in: 0...most) } ?? 0
            let limit = creations["limit"].flatMap { integer($0, "the limit", in: 1...most) }
            if let limit, let growth { policy.creations = CreationQuota(limit: limit, monthlyGrowth: growth) }
        }
        policy.sites = fields["sites"].flatMap { integer($0, "the number of sites", in: 0...most) }
        if let node = fields["callsRule"], let rule = text(node) {
            policy.callsRule = rule
            // Whether a rule with complaints is one by group alone is not known.
            let isFaulty = ruleNames.contains(rule) && !policy.rules.contains { $0.name == rule }
            let raisable = policy.rules.filter { $0.scope == [.group] && !$0.isObserved }.map(\.name)
            if !raisable.contains(rule), !isFaulty { complainUnknown(rule, at: node.mark, known: raisable) }
        }
    }
}
