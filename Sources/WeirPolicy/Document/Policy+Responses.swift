internal import Weir
public import WeirFields
public import WeirHTTP

extension Policy {
    /// With which header fields and refusals requests are answered.
    public struct Responses: Sendable, Hashable {
        /// The form of a refusal's body.
        public enum Form: String, Sendable, Hashable, CaseIterable {
            /// `application/json`: `{"code":"rateLimitReached","message":"…"}`.
            case json
            /// `application/problem+json`, of RFC 9457.
            case problem

            /// The same for a refusal of any reason.
            func refusalForm<Reason>() -> RefusalForm<Reason> {
                switch self {
                case .json: .json
                case .problem: .problem
                }
            }
        }

        /// In which forms rules are told that ``dialectsByRule`` does not name; draft 07 by default.
        public var dialects: Set<Dialect> = [.dictionary]
        /// In which forms, and no others, single rules are told.
        public var dialectsByRule: [String: Set<Dialect>] = [:]
        /// Whether draft 07 has its `RateLimit-Policy` too; not by default.
        public var tellsPolicy = false
        /// By up to how much refused clients are told to wait longer, at random, so that they do not return at once.
        ///
        /// Zero by default, at most 1 hour.
        public var jitter: Duration = .zero
        /// The form of a refusal's body; JSON by default.
        public var form: Form = .json
        /// With what single rules refuse.
        public var refusals: [String: Refusal] = [:]
        /// With what the other rules refuse; 429 with the code `rateLimitReached` by default.
        public var otherwise: Refusal = .rateLimitReached
        /// With what is refused because Redis does not decide; 503 with the code `temporarilyUnavailable` by default.
        public var unavailable: Refusal = .temporarilyUnavailable
        /// What a user is told who may create no more; 403 with the code `objectCreationQuotaReached` by default.
        public var creations: Refusal = .creationQuotaReached
        /// What a group is told that may register no more sites; 403 with the code `siteQuotaReached` by default.
        public var sites: Refusal = .siteQuotaReached

        /// The defaults: draft 07 for all rules, 429 for all refusals.
        public init() {}

        /// The header fields.
        ///
        /// - Throws: `WeirError` of `invalidConfiguration` if the dialects exclude each other, or the jitter is too long.
        func fields() throws(WeirError) -> RateLimitFields {
            try RateLimitFields(dialects, byRule: dialectsByRule, tellsPolicy: tellsPolicy, jitter: jitter)
        }

        /// The refusals of rules, in a form of the service's own or that of the policy.
        func allRefusals(in own: RefusalForm<Denial>?) -> Refusals {
            Refusals(
                byRule: refusals,
                otherwise: otherwise,
                unavailable: unavailable,
                form: own ?? form.refusalForm()
            )
        }

        /// With what a rule refuses.
        func refusal(by rule: String) -> Refusal { refusals[rule] ?? otherwise }

        /// What is answered when a quota is exhausted.
        func refusal(by quota: Quota) -> Refusal {
            switch quota {
            case .creations: creations
            case .sites: sites
            }
        }

        /// In which forms a rule is told.
        func dialects(of rule: String) -> Set<Dialect> { dialectsByRule[rule] ?? dialects }
    }
}
