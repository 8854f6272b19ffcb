internal import Weir
internal import Yams

extension PolicyReader {
    /// Reads what the endpoints are.
    mutating func readEndpoints(_ node: Node, limitsAt marks: [String: Mark?], into policy: inout Policy) {
        guard let entries = entries(node, "endpoints") else { return }
        var operations: [String: String] = [:]
        for (name, mark, value) in entries {
            var endpoint = Policy.Endpoint(name)
            guard let operation = endpoint.operation else {
                complain(mark, "\(name.quotedBriefly) is no endpoint; write a method and a path: PUT /sites/{site}")
                continue
            }
            if let other = operations.updateValue(name, forKey: "\(operation.method) \(operation.path)") {
                complain(mark, "\(name.quotedBriefly) is the same as \(other.quotedBriefly); keep one")
            }
            // A summary is enough for most.
            if case .scalar = value {
                endpoint.summary = text(value)
            } else if let fields = fields(value, "an endpoint", known: ["summary", "details", "quota"]) {
                endpoint.summary = fields["summary"].flatMap { text($0) }
                endpoint.details = fields["details"].flatMap { text($0) }
                if let node = fields["quota"] { endpoint.quota = quota(node) }
            }
            policy.endpoints.append(endpoint)
        }
        let names = entries.map(\.key)
        guard !names.isEmpty else { return }
        for (endpoint, mark) in marks.sorted(by: { $0.key < $1.key }) where !names.contains(endpoint) {
            let advice = NearestWord.to(endpoint, among: names).map { "did you mean '\($0)'?" } ?? "add it there"
            complain(mark, "\(endpoint.quotedBriefly) is not among the endpoints; \(advice)")
        }
    }

    private mutating func quota(_ node: Node) -> Policy.Quota? {
        guard let quota = choice(node, of: Policy.Quota.self) else { return nil }
        if !namedQuotas.contains(quota) {
            complain(node, "quotas says nothing of \(quota.rawValue); add it there, or leave this out")
        }
        return quota
    }
}
