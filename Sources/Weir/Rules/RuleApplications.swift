/// Which rules of a limiter apply to requests for which endpoint, worked out once.
struct RuleApplications: Sendable {
    /// A rule that applies, by its place among all, and what its window allows.
    struct Application: Sendable {
        let entry: Int
        let terms: Terms
        /// The place of the window that this one tells a part of, among those of a decision.
        let pool: Int?
    }

    /// What applies to the requests for an endpoint.
    struct Applying: Sendable {
        let all: [Application]
        let rules: AppliedRules
    }

    /// For each endpoint that any rule has a limit of its own for.
    private var byEndpoint: [Descriptor.Value: Applying] = [:]
    /// For all other endpoints, and for none.
    private let otherwise: Applying

    /// With a counter for each rule, or without any.
    init(of entries: [RuleEntry], counters: [RuleCounters]) {
        otherwise = Self.applying(entries, to: nil, counters: counters)
        for endpoint in entries.flatMap(\.byEndpoint.keys) {
            byEndpoint[endpoint] = Self.applying(entries, to: endpoint, counters: counters)
        }
    }

    /// What applies to the requests of a descriptor.
    subscript(descriptor: Descriptor) -> Applying {
        // To look for its endpoint costs more than all the rest, and seldom any has a limit of its own.
        guard !byEndpoint.isEmpty, let endpoint = descriptor[.endpoint] else { return otherwise }
        return byEndpoint[endpoint] ?? otherwise
    }

    private static func applying(
        _ entries: [RuleEntry],
        to endpoint: Descriptor.Value?,
        counters: [RuleCounters]
    ) -> Applying {
        let applying = entries.indices.compactMap { index in
            entries[index].terms(for: endpoint).map { (entry: index, terms: $0) }
        }
        let all = applying.map { index, terms in
            Application(entry: index, terms: terms, pool: applying.firstIndex { $0.entry == entries[index].pool })
        }
        let rules = AppliedRules(
            all.map { entries[$0.entry].rule },
            counters: counters.isEmpty ? [] : all.map { counters[$0.entry] },
            shape: WindowShape(terms: all.map(\.terms), pools: all.map(\.pool))
        )
        return Applying(all: all, rules: rules)
    }
}
