internal import Weir
internal import WeirFields
internal import WeirHTTP

/// A rule as the documentation of one endpoint shows it.
struct PublishedLimit {
    let rule: Rule
    /// How many units; nil if they are only counted.
    let count: Int?
    let window: Duration
    let refusal: Refusal
    let dialects: Set<Dialect>

    /// `token and endpoint`.
    var scope: String { rule.scope.map(\.rawValue).joined(separator: " and ") }
}

extension Policy {
    /// The endpoints to show: those of the document, or those that rules name, by name.
    var publishedEndpoints: [Endpoint] {
        guard endpoints.isEmpty else { return endpoints }
        let names = rules.flatMap { rule in
            if case .byEndpoint(let limits, _) = rule.allowance { Array(limits.keys) } else { [String]() }
        }
        return Set(names).sorted().map { Endpoint($0) }
    }

    /// The limits that apply to an endpoint, in the order of the rules; nil for an endpoint that no rule names.
    func publishedLimits(of endpoint: String?) -> [PublishedLimit] {
        rules.compactMap { rule in
            let limit: Limit
            switch rule.allowance {
            case .limit(let given): limit = given
            case .observed(let window):
                return PublishedLimit(
                    rule: rule,
                    count: nil,
                    window: window,
                    refusal: responses.refusal(by: rule.name),
                    dialects: []
                )
            case .byEndpoint(let limits, let otherwise):
                guard let given = endpoint.flatMap({ limits[$0] }) ?? otherwise else { return nil }
                limit = given
            }
            return PublishedLimit(
                rule: rule,
                count: limit.count,
                window: limit.window,
                refusal: responses.refusal(by: rule.name),
                dialects: responses.dialects(of: rule.name)
            )
        }
    }

    /// Whether requests may be refused because Redis does not decide.
    var mayBeUnavailable: Bool {
        resolvedRules.contains { rule in
            switch rule.whenUnavailable {
            case .deny, .local, .fail: true
            case .allow, nil: false
            }
        }
    }
}
