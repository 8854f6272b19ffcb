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
    public var rules: [RuleUsage] { age == 0 ? told : told.map { $0.aged(by: age) } }
    /// The units that this decision charged, to every window alike; zero if it was denied, a peek or a refund.
    ///
    /// What ``Source/local`` decided was charged to this process's own counts, what ``Source/policy`` did to none.
    public let charged: Int
    /// The time of the decision since the epoch, on the clock of whoever decided; what is told from
    /// ``Source/denialMemory`` is told for now.
    public var time: Duration { .microseconds(microseconds) }
    /// Who decided.
    public let source: Source
    /// Why Redis did not decide; nil if it did, or a store in memory.
    ///
    /// Its ``WeirError/mayHaveCounted`` says whether the request may have been counted in Redis all the same.
    public var failure: WeirError? {
        if case .by(let error) = undecided { error } else { nil }
    }
    /// Of decisions made at one time, by one call of the script, a later one has a larger place.
    package let place: Int
    /// One entry for each rule, as they were when it was decided.
    let told: [RuleUsage]
    /// Microseconds since then; above zero only if it is repeated from memory.
    private let age: Int
    /// The time of the decision in microseconds since the epoch.
    private let microseconds: Int
    private let undecided: Undecided

    /// Whether Redis did not decide: a reference and not the error itself, for it is a part of every decision.
    private enum Undecided: Sendable {
        case not
        indirect case by(WeirError)
    }

    /// What was decided at a time in microseconds since the epoch, told at once or so many microseconds later.
    init(
        rules: [RuleUsage],
        charged: Int,
        time: Int,
        source: Source,
        failure: WeirError?,
        place: Int,
        age: Int = 0
    ) {
        told = rules
        self.age = age
        self.charged = charged
        microseconds = time + age
        self.source = source
        undecided = failure.map { .by($0) } ?? .not
        self.place = place
    }

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
    public var isNearLimit: Bool { told.contains(where: \.isNearLimit) }

    /// Whether both tell the same.
    public static func == (left: Usage, right: Usage) -> Bool {
        left.rules == right.rules && left.charged == right.charged && left.time == right.time
            && left.source == right.source && left.failure == right.failure && left.place == right.place
    }

    /// Over what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rules)
        hasher.combine(charged)
        hasher.combine(time)
        hasher.combine(source)
        hasher.combine(failure)
        hasher.combine(place)
    }
}
