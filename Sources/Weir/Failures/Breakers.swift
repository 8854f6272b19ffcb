/// A breaker for each server, so that where one of a cluster fails the others are still asked.
struct Breakers: Sendable {
    private let failures: Int
    private let stall: Duration
    /// The only one as long as Redis is one server; a dictionary would cost each call.
    private var whole: Breaker
    private var parts: [FailureDomain: Breaker] = [:]

    /// Breakers that open after so many failures in a row, or after a row of failures so long.
    init(failures: Int, stall: Duration) {
        self.failures = failures
        self.stall = stall
        whole = Breaker(failures: failures, stall: stall)
    }

    /// That of a server.
    subscript(domain: FailureDomain) -> Breaker {
        get { domain == .everything ? whole : parts[domain] ?? fresh }
        _modify {
            if domain == .everything {
                yield &whole
            } else {
                let fresh = fresh
                yield &parts[domain, default: fresh]
            }
        }
    }

    private var fresh: Breaker { Breaker(failures: failures, stall: stall) }

    /// How many servers are not asked at the moment.
    var openCount: Int { parts.values.reduce(whole.isOpen ? 1 : 0) { $0 + ($1.isOpen ? 1 : 0) } }

    /// Forgets those of servers that are gone: nobody will ask them any more.
    mutating func keep(_ domains: Set<FailureDomain>) { parts = parts.filter { domains.contains($0.key) } }
}
