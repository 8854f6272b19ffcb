/// A breaker for each server, so that where one of a cluster fails the others are still asked.
struct Breakers: Sendable {
    /// So many cost nothing, whether their servers are still there or not.
    private static let fewest = 16

    private let failures: Int
    private let stall: Duration
    /// The only one as long as Redis is one server; a dictionary would cost each call.
    private var whole: Breaker
    private var parts: [FailureDomain: Breaker] = [:]
    /// Whether somebody has asked for the whole since the last look at which servers there are.
    private var wholeIsAsked = false
    /// How many servers the last look left.
    private var kept = 0

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

    /// Asks whether a call may ask a server.
    mutating func admit(
        to domain: FailureDomain,
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> Breaker.Admission {
        isAsked(domain)
        return self[domain].admit(at: now())
    }

    /// Remembers that somebody has asked, with or without `admit`.
    mutating func isAsked(_ domain: FailureDomain) {
        if domain == .everything { wholeIsAsked = true }
    }

    /// What is not asked at the moment.
    var open: Set<FailureDomain> {
        var open = Set(parts.lazy.filter { $0.value.isOpen }.map(\.key))
        if whole.isOpen { open.insert(.everything) }
        return open
    }

    /// How many servers are not asked at the moment.
    var openCount: Int { parts.values.reduce(whole.isOpen ? 1 : 0) { $0 + ($1.isOpen ? 1 : 0) } }

    /// Whether nothing has failed since the last success of each, and nobody has to look which servers there are.
    var areCalm: Bool { whole.isCalm && !areCrowded && parts.values.allSatisfy(\.isCalm) }

    /// Whether there are so many more than the last look left that some are probably of servers that are gone.
    var areCrowded: Bool { parts.count > max(Self.fewest, 2 * kept) }

    /// Forgets those of servers that are gone: nobody will ask them any more.
    ///
    /// Nor will anybody ask the one of everything once it is known which server has what, so that one begins afresh:
    /// but not while it is asked all the same, as for what no server has. That would close it again and again.
    ///
    /// - Parameters:
    ///   - domains: all that can fail for itself now.
    ///   - now: the time.
    /// - Returns: what has changed for everything, if anything.
    mutating func keep(_ domains: Set<FailureDomain>, at now: ContinuousClock.Instant) -> Breaker.Change? {
        parts = parts.filter { domains.contains($0.key) }
        kept = parts.count
        defer { wholeIsAsked = false }
        guard !wholeIsAsked, domains.contains(where: { $0 != .everything }) else { return nil }
        return whole.succeeded(at: now)
    }
}
