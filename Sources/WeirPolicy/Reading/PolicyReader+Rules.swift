internal import Weir
internal import Yams

extension PolicyReader {
    private static let ruleKeys = [
        "name", "per", "limit", "limits", "otherwise", "observed", "slices", "warnAt", "whenUnavailable",
    ]

    /// Reads the rules.
    ///
    /// - Returns: where rules name endpoints, by the endpoint.
    mutating func readRules(_ node: Node, into policy: inout Policy) -> [String: Mark?] {
        guard case .sequence(let items) = node else {
            complain(node, "rules are a list; begin each with '- name:'")
            return [:]
        }
        guard !items.isEmpty else {
            complain(node, "there are no rules; a limiter needs at least one")
            return [:]
        }
        let before = complaints.count
        var marks: [String: Mark?] = [:]
        for item in items {
            guard let rule = rule(item, &marks) else { continue }
            if policy.rules.contains(where: { $0.name == rule.name }) {
                complain(item, "two rules are named '\(rule.name)'; a name stands for one count, so rename this one")
                continue
            }
            policy.rules.append(rule)
        }
        // Whether they go together can be said only of rules that make sense by themselves.
        if complaints.count == before { check(policy.rules, at: node.mark) }
        return marks
    }

    private mutating func rule(_ node: Node, _ marks: inout [String: Mark?]) -> Rule? {
        let before = complaints.count
        guard let fields = fields(node, "a rule", known: Self.ruleKeys, required: ["name", "per"]) else { return nil }
        let name = fields["name"].flatMap { text($0) }
        if let name { ruleNames.append(name) }
        let scope = fields["per"].map { self.scope($0) } ?? []
        let allowance = allowance(fields, at: node, &marks)
        let slices = fields["slices"].flatMap { integer($0, "the number of slices", in: 1...1024) }
        let warnAt = fields["warnAt"].flatMap { share($0, "warnAt") }
        let recourse = fields["whenUnavailable"].flatMap { failurePolicy($0) }
        guard complaints.count == before, let name, let allowance else { return nil }
        if case .observed = allowance, let node = fields["warnAt"] {
            complain(node, "a rule that only counts has no limit to warn of; leave out warnAt")
            return nil
        }
        let rule = Rule(
            name: name,
            scope: scope,
            allowance: allowance,
            slices: slices ?? 128,
            warnAt: warnAt,
            whenUnavailable: recourse
        )
        check([rule], at: node.mark)
        return complaints.count == before ? rule : nil
    }

    private mutating func check(_ rules: [Rule], at mark: Mark?) {
        do throws(WeirError) {
            _ = try RuleSet(rules)
        } catch {
            complain(mark, error.message)
        }
    }

    private mutating func scope(_ node: Node) -> [Descriptor.Part] {
        let items = list(node)
        if items.isEmpty { complain(node, "the rule counts by nothing; write per: token, or more parts in brackets") }
        return items.compactMap { choice($0, of: Descriptor.Part.self) }
    }

    private mutating func allowance(
        _ fields: [String: Node],
        at node: Node,
        _ marks: inout [String: Mark?]
    ) -> Rule.Allowance? {
        let given = ["limit", "limits", "observed"].filter { fields[$0] != nil }
        guard given.count <= 1 else {
            complain(node, "the rule has \(given.joined(separator: " and ")); keep one of them")
            return nil
        }
        if let otherwise = fields["otherwise"], let other = given.first, other != "limits" {
            complain(otherwise, "otherwise is for endpoints that limits does not name; leave it out beside \(other)")
            return nil
        }
        if let node = fields["limit"] { return limit(node).map { .limit($0) } }
        if let node = fields["observed"] {
            return duration(node, "the observed window").map { .observed(window: $0) }
        }
        let otherwise = fields["otherwise"].flatMap { limit($0) }
        guard let limits = fields["limits"] else {
            if fields["otherwise"] == nil {
                complain(node, "the rule has no limit; add limit: 60/minute, limits by endpoint, or observed: 24h")
            }
            return otherwise.map { .byEndpoint([:], otherwise: $0) }
        }
        var byEndpoint: [String: Limit] = [:]
        for (endpoint, mark, value) in entries(limits, "limits by endpoint") ?? [] {
            marks.updateValue(mark, forKey: endpoint)
            byEndpoint[endpoint] = limit(value)
        }
        return .byEndpoint(byEndpoint, otherwise: otherwise)
    }

    /// A limit such as `5/minute`.
    private mutating func limit(_ node: Node) -> Limit? {
        guard let scalar = scalar(node, "a limit such as 5/minute") else { return nil }
        if case .integer(let count) = PlainScalar(scalar.string) {
            complain(node, "\(count) is no limit without a time; write \(count)/minute, or what is meant")
            return nil
        }
        do throws(WeirError) {
            let limit = try Limit(parsing: scalar.string)
            _ = try RuleSet([Rule("limit", per: .token, limit: limit)])
            return limit
        } catch {
            let advice = scalar.string.contains("_") ? ", without underscores" : ""
            complain(node, error.message.replacing("rule 'limit' has", with: "this is") + advice)
            return nil
        }
    }

    /// `allow`, `deny`, `fail`, or `local: 0.25`.
    mutating func failurePolicy(_ node: Node) -> FailurePolicy? {
        if case .mapping = node {
            guard let fields = fields(node, "whenUnavailable", known: ["local"], required: ["local"]) else {
                return nil
            }
            return fields["local"].flatMap { share($0, "the share") }.map { .local(share: $0) }
        }
        guard let scalar = scalar(node, "what to do without Redis") else { return nil }
        switch scalar.string {
        case "allow": return .allow
        case "deny": return .deny
        case "fail": return .fail
        case "local":
            complain(node, "local needs a share of the limit; write {local: 0.25}")
        default:
            complainUnknown(scalar.string, at: node.mark, known: ["allow", "deny", "fail", "local"])
        }
        return nil
    }
}
