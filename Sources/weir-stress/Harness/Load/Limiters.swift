internal import Weir

/// The limiters of a process: one for each set of rules, and one that remembers denials, over one connection.
struct Limiters: Sendable {
    /// For how long denials are repeated without asking Redis.
    private static let memory = Duration.milliseconds(200)

    private let byEndpoint: RateLimiter
    private let byApplication: RateLimiter
    /// As by endpoint.
    let remembering: RateLimiter

    init(store: any Store, configuration: RateLimiter.Configuration) throws(WeirError) {
        // What Redis did not decide is recorded as that, and every attempt asks it.
        var configuration = configuration
        configuration.failurePolicy = .fail
        configuration.breakerFailures = 0
        func limiter(_ rules: Workload.Rules) throws(WeirError) -> RateLimiter {
            try RateLimiter(store: store, rules: Workload.rules(rules), configuration: configuration)
        }
        byEndpoint = try limiter(.byEndpoint)
        byApplication = try limiter(.byApplication)
        var remembered = configuration
        remembered.denialMemory = Self.memory
        remembering = try RateLimiter(
            store: RememberingStore(store, configuration: remembered),
            rules: Workload.rules(.byEndpoint),
            configuration: remembered
        )
    }

    subscript(rules: Workload.Rules) -> RateLimiter {
        switch rules {
        case .byEndpoint: byEndpoint
        case .byApplication: byApplication
        }
    }

    func shutdown() async { await byEndpoint.shutdown() }
}
