/// All that an in-memory store keeps, as Redis would: a plain value that is told the time.
package struct Memory: Sendable {
    package var ledger = Ledger()
    package var book = LimitBook()
    package var creations = CreationLedger()
    package var sites = SiteLedger()
    package var production = ProductionLedger()
    /// Until when keys are taken.
    private var claims = ExpiringValues<Int>()

    package init() {}

    package mutating func decide(_ request: DecisionRequest, at now: Int) -> Verdict {
        ledger.decide(request, limits: book.limits, at: now)
    }

    package mutating func usage(_ query: PoolQuery, at now: Int) -> (verdict: Verdict, parts: [PartUsage]) {
        (decide(query.request, at: now), ledger.parts(of: query.index, query.partTerms, at: now))
    }

    package mutating func create(_ request: CreationRequest, at now: Int) -> CreationVerdict {
        // No contract raises what a user may create.
        let set = (book.limits[request.keys.limits] ?? [:]).filter { !$0.key.hasPrefix("production") }
        let stages = LimitStages(nil, key: request.keys.quota, stored: set, at: now)
        return creations.decide(request, override: stages?.limit, isReadable: stages != nil, at: now)
    }

    package mutating func register(_ request: RegistrationRequest, at now: Int) -> RegistrationVerdict {
        let set = book.limits[request.keys.limits] ?? [:]
        let stages = LimitStages(request.quota, key: request.keys.quota, stored: set, at: now)
        return sites.decide(request, quota: stages?.limit, at: now)
    }

    /// Raises a group's limits, among those that operators set, where decisions find them.
    package mutating func raise(_ step: ProductionRaise) -> ProductionRaiseVerdict {
        let verdict = production.decide(step)
        // A raise under another rule's name has had its day.
        for name in (book.limits[step.limits] ?? [:]).keys where name.hasPrefix("production:") {
            if verdict.status == .done { book.set(nil, name, under: step.limits) }
        }
        for (field, figure) in [(step.callsName, verdict.calls), ("/sites", verdict.sites)] {
            book.set(figure.map(String.init), "production" + field, under: step.limits)
        }
        return verdict
    }

    package mutating func claim(_ key: [UInt8], for period: Int, at now: Int) -> WarningClaim {
        if let ends = claims.value(key, at: now) { return .taken(for: ends - now) }
        claims.keep(now + period, under: key, for: period, at: now)
        return .granted
    }
}
