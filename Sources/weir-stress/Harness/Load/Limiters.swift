internal import Weir

/// The limiters of a process: one for each set of rules, over one connection.
struct Limiters: Sendable {
    private let byEndpoint: RateLimiter
    private let byApplication: RateLimiter

    init(store: any Store, configuration: RateLimiter.Configuration) throws(WeirError) {
        func limiter(_ rules: Workload.Rules) throws(WeirError) -> RateLimiter {
            try RateLimiter(store: store, rules: Workload.rules(rules), configuration: configuration)
        }
        byEndpoint = try limiter(.byEndpoint)
        byApplication = try limiter(.byApplication)
    }

    subscript(rules: Workload.Rules) -> RateLimiter {
        switch rules {
        case .byEndpoint: byEndpoint
        case .byApplication: byApplication
        }
    }

    func shutdown() async { await byEndpoint.shutdown() }
}
