/// Where the windows of a decision stand: after it if it was allowed, untouched by it if it was denied.
public struct Usage: Sendable, Hashable {
    /// Who decided.
    ///
    /// More may come: compare with the ones you know.
    public struct Source: Sendable, Hashable, CustomStringConvertible {
        /// A small number and not the text, for it is a part of every decision.
        private enum Kind: Int, CaseIterable {
            case redis, memory, denialMemory, policy, local
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// A bounded text, fit for a metric label.
        public var description: String {
            switch kind {
            case .redis: "redis"
            case .memory: "memory"
            case .denialMemory: "denialMemory"
            case .policy: "policy"
            case .local: "local"
            }
        }

        /// Its place among all sources.
        var place: Int { kind.rawValue }

        /// Each at its place.
        static let all = Kind.allCases.map { Source($0) }

        /// The shared count in Redis.
        public static let redis = Source(.redis)
        /// An in-memory store of this process.
        public static let memory = Source(.memory)
        /// A denial by Redis that this process remembers: see ``RateLimiter/Configuration/denialMemory``.
        public static let denialMemory = Source(.denialMemory)
        /// A ``FailurePolicy`` alone, to allow or to deny, because Redis did not decide.
        public static let policy = Source(.policy)
        /// This process's own counts, by ``FailurePolicy/local(share:)``, because Redis did not decide.
        public static let local = Source(.local)
    }

    /// One entry for each rule that applies and whose window is known, in the order of the rules.
    ///
    /// Those of ``Source/local`` are of this process's own counts, and their limit is the share; other rules have no entry
    /// then. Of ``Source/policy`` there are none.
    public let rules: [RuleUsage]
    /// The units that this decision charged, to every window alike; zero if it was denied, a peek or a refund.
    ///
    /// What ``Source/local`` decided was charged to this process's own counts, what ``Source/policy`` did to none.
    public let charged: Int
    /// The time of the decision since the epoch, on the clock of whoever decided; what is told from
    /// ``Source/denialMemory`` is told for now.
    public let time: Duration
    /// Who decided.
    public let source: Source
    /// Why Redis did not decide; nil if it did, or a store in memory.
    ///
    /// Its ``WeirError/mayHaveCounted`` says whether the request may have been counted in Redis all the same.
    public let failure: WeirError?
    /// Of decisions made at one time, by one call of the script, a later one has a larger place.
    package let place: Int

    /// The usage under the rule of this name, or nil if that rule does not apply.
    public subscript(rule: String) -> RuleUsage? { rules.first { $0.rule == rule } }

    /// The rule that leaves least: of the rules with a limit, the one with the fewest units remaining.
    ///
    /// Among equals it is the one that resets last. Nil if no rule has a limit.
    public var tightest: RuleUsage? {
        rules.filter { $0.limit != nil }.min { left, right in
            (left.remaining ?? .max, right.reset) < (right.remaining ?? .max, left.reset)
        }
    }

    /// Whether any rule is near its limit, by its own ``Rule/warnAt``.
    public var isNearLimit: Bool { rules.contains(where: \.isNearLimit) }
}
