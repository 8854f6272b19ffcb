public import Weir

/// What a service keeps to, as one document: rules, quotas, what is answered, and what its endpoints are.
///
/// A policy is read from YAML, printed as documentation, and exchanged while the service runs:
///
/// ```yaml
/// version: 1
/// rules:
///   - name: endpoint
///     per: [token, endpoint]
///     limits:
///       POST /objects: 5/minute
///     otherwise: 60/minute
/// ```
///
/// Every key is told in `deploy/policies/README.md`. ``PolicyFile`` watches a file of it.
public struct Policy: Sendable, Hashable {
    /// What the documentation is headed with; nil for `Limits`.
    public var title: String?
    /// What the documentation begins with.
    public var introduction: String?
    /// The rules as they are written, 1 to 16.
    public var rules: [Rule]
    /// How many objects a user may create; nil if the document does not say.
    public var creations: CreationQuota?
    /// How many distinct sites a group may register; nil if the document does not say.
    public var sites: Int?
    /// The rule by group alone whose limit a production grant raises; `group` by default.
    public var callsRule: String
    /// What becomes of requests that Redis did not decide, by rules that do not say it themselves.
    ///
    /// Nil leaves it to `RateLimiter.Configuration.failurePolicy`.
    public var failurePolicy: FailurePolicy?
    /// With which fields and refusals requests are answered.
    public var responses: Responses
    /// The endpoints that the documentation shows, in its order.
    ///
    /// Empty for those that the rules name. If there are any, the rules may name no others.
    public var endpoints: [Endpoint]

    /// A policy from its parts; ``validated()`` says whether they make sense.
    public init(
        title: String? = nil,
        introduction: String? = nil,
        rules: [Rule],
        creations: CreationQuota? = nil,
        sites: Int? = nil,
        callsRule: String = "group",
        failurePolicy: FailurePolicy? = nil,
        responses: Responses = Responses(),
        endpoints: [Endpoint] = []
    ) {
        self.title = title
        self.introduction = introduction
        self.rules = rules
        self.creations = creations
        self.sites = sites
        self.callsRule = callsRule
        self.failurePolicy = failurePolicy
        self.responses = responses
        self.endpoints = endpoints
    }

    /// The quotas for a keeper: those of the document, and the defaults of `Quotas` where it says nothing.
    public var quotas: Quotas {
        var quotas = Quotas(callsRule: callsRule)
        if let creations { quotas.creations = creations }
        if let sites { quotas.sites = sites }
        return quotas
    }

    /// The rules for a limiter: each says itself what becomes of a request that Redis did not decide.
    ///
    /// So ``failurePolicy`` takes effect while the limiter runs, too. A rule that only counts never refuses: where the
    /// policy is `deny`, it lets the request go on.
    public var resolvedRules: [Rule] {
        guard let failurePolicy else { return rules }
        return rules.map { rule in
            guard rule.whenUnavailable == nil else { return rule }
            return Rule(
                name: rule.name,
                scope: rule.scope,
                allowance: rule.allowance,
                slices: rule.slices,
                warnAt: rule.warnAt,
                whenUnavailable: rule.isObserved && failurePolicy == .deny ? .allow : failurePolicy
            )
        }
    }

    /// The policy itself if a limiter, a keeper and the responses can be made from it.
    ///
    /// - Throws: `WeirError` that names the first culprit.
    public func validated() throws(WeirError) -> Policy {
        let store = InMemoryStore()
        _ = try RateLimiter(inMemory: store, rules: resolvedRules)
        _ = try QuotaKeeper(inMemory: store, quotas: quotas)
        _ = try CurrentResponses(self)
        return self
    }
}

extension Rule {
    /// Whether it counts and never refuses.
    var isObserved: Bool {
        if case .observed = allowance { true } else { false }
    }
}
