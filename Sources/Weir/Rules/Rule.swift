/// A named limit: by which parts of a descriptor it counts, how much, in how long.
///
/// The name becomes part of the keys in Redis: a renamed rule starts at zero, while its limit, window and slices may
/// change and the usage is kept.
///
/// All windows of a decision are kept together, for the sake of Redis Cluster: under the group if any rule of the limiter
/// counts by it, else under the user, the application, the token or the endpoint. A rule fits into a limiter if it counts
/// by that part or by one that belongs to it: tokens, users and applications belong to a group, tokens to a user or an
/// application. The first rule by group that a limiter gets moves its other counts, which start at zero then.
public struct Rule: Sendable, Hashable {
    /// What a rule allows.
    public enum Allowance: Sendable, Hashable {
        /// The same for all endpoints.
        case limit(Limit)
        /// One limit for each endpoint, and one for the others; without it the rule does not apply to the others.
        case byEndpoint([String: Limit], otherwise: Limit?)
        /// Anything: usage in the window is counted and nothing is refused.
        case observed(window: Duration)

        var isObserved: Bool {
            if case .observed = self { true } else { false }
        }
    }

    /// 1 to 24 of the characters `A-Z a-z 0-9 - _ .`, unique among the rules of a limiter.
    public let name: String
    /// The parts whose values, together, have one count.
    public let scope: [Descriptor.Part]
    /// How much, in how long.
    public let allowance: Allowance
    /// Into how many slices a window with a limit above 128 is divided, 1 to 1,024.
    ///
    /// What was admitted in a slice is given back together, so a refusal is at most one slice too long, and a key holds
    /// at most one entry more than this: 128 slices, the default, keep it near one kilobyte.
    public let slices: Int
    /// The share of the limit from which decisions are marked as near it, above 0 and at most 1; nil for none.
    ///
    /// A rule by group alone warns at 0.8 if nothing else is said: from 8,000 of 10,000 on. 1 marks what is full.
    public let warnAt: Double?
    /// What becomes of a request that Redis did not decide; nil for ``RateLimiter/Configuration/failurePolicy``.
    ///
    /// A rule that only counts cannot ``FailurePolicy/deny``. If it tells the parts of another rule's window, such as the
    /// applications of a group, it counts in this process whenever that one does, so that they add up afterwards.
    public let whenUnavailable: FailurePolicy?

    /// A rule with one limit.
    ///
    /// `Rule("group", per: .group, limit: Limit(10_000, per: .day))`
    public init(
        _ name: String,
        per scope: Descriptor.Part...,
        limit: Limit,
        slices: Int = 128,
        warnAt: Double? = nil,
        whenUnavailable: FailurePolicy? = nil
    ) {
        self.init(
            name: name,
            scope: scope,
            allowance: .limit(limit),
            slices: slices,
            warnAt: warnAt,
            whenUnavailable: whenUnavailable
        )
    }

    /// A rule with a limit for each endpoint, and one for all others unless `otherwise` is nil.
    ///
    /// `Rule("endpoint", per: .token, .endpoint, limits: ["POST /objects": Limit(5, per: .minute)])`
    public init(
        _ name: String,
        per scope: Descriptor.Part...,
        limits: [String: Limit],
        otherwise: Limit? = nil,
        slices: Int = 128,
        warnAt: Double? = nil,
        whenUnavailable: FailurePolicy? = nil
    ) {
        self.init(
            name: name,
            scope: scope,
            allowance: .byEndpoint(limits, otherwise: otherwise),
            slices: slices,
            warnAt: warnAt,
            whenUnavailable: whenUnavailable
        )
    }

    /// A rule that counts and never refuses.
    ///
    /// `Rule("application", observing: .group, .application, per: .day)`
    public init(
        _ name: String,
        observing scope: Descriptor.Part...,
        per window: Duration,
        slices: Int = 128,
        whenUnavailable: FailurePolicy? = nil
    ) {
        self.init(
            name: name,
            scope: scope,
            allowance: .observed(window: window),
            slices: slices,
            whenUnavailable: whenUnavailable
        )
    }

    /// A rule from all its parts, for rules that are read from somewhere.
    public init(
        name: String,
        scope: [Descriptor.Part],
        allowance: Allowance,
        slices: Int = 128,
        warnAt: Double? = nil,
        whenUnavailable: FailurePolicy? = nil
    ) {
        self.name = name
        self.scope = scope
        self.allowance = allowance
        self.slices = slices
        self.warnAt = warnAt ?? (scope == [.group] && !allowance.isObserved ? 0.8 : nil)
        self.whenUnavailable = whenUnavailable
    }
}
