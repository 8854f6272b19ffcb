/// A rule with the terms that it can lead to.
struct RuleEntry: Sendable {
    let rule: Rule
    let byEndpoint: [Descriptor.Value: Terms]
    let otherwise: Terms?
    /// The entry whose windows this one's tell a part of.
    var pool: Int?

    /// What applies to an endpoint, or nil if the rule does not apply to it.
    func terms(for endpoint: Descriptor.Value?) -> Terms? {
        endpoint.flatMap { byEndpoint[$0] } ?? otherwise
    }
}
