/// All that an in-memory store keeps, as Redis would: a plain value that is told the time.
package struct Memory: Sendable {
    package var ledger = Ledger()
    package var book = LimitBook()
    package var creations = CreationLedger()
    package var sites = SiteLedger()
    package var production = ProductionLedger()
    /// Keys that are taken, and until when.
    private var claims: [[UInt8]: Int] = [:]

    package init() {}

    package mutating func decide(_ request: DecisionRequest, at now: Int) -> Verdict {
        ledger.decide(request, limits: book.limits, at: now)
    }

    package mutating func usage(_ query: PoolQuery, at now: Int) -> (verdict: Verdict, parts: [PartUsage]) {
        (decide(query.request, at: now), ledger.parts(of: query.index, query.partTerms, at: now))
    }

    package mutating func create(_ request: CreationRequest, at now: Int) -> CreationVerdict {
        guard let stages = stages(of: request.keys.quota, request.keys.limits, at: now) else {
            return CreationVerdict(time: now, status: .malformedLimit)
        }
        return creations.decide(request, override: stages.limit, at: now)
    }

    package mutating func register(_ request: RegistrationRequest, at now: Int) -> RegistrationVerdict {
        guard let stages = stages(of: request.sites, request.limits, at: now) else {
            return RegistrationVerdict(time: now, status: .misruled, count: 0, quota: 0)
        }
        return sites.decide(request, quota: stages.limit ?? request.quota, at: now)
    }

    /// What operators have set for a quota; nil if that is no limit.
    private func stages(of key: [UInt8], _ limits: [UInt8], at now: Int) -> LimitStages? {
        LimitStages(nil, key: key, stored: book.limits[limits] ?? [:], at: now)
    }

    /// Raises a group's limits, among those that operators set, where decisions find them.
    package mutating func raise(_ step: ProductionSteps.Raise) -> ProductionSteps.RaiseVerdict {
        let verdict = production.decide(step)
        for (field, figure) in [(step.callsName, verdict.calls), ("/sites", verdict.sites)] {
            book.set(figure.map(String.init), "production" + field, under: step.limits)
        }
        return verdict
    }

    package mutating func claim(_ key: [UInt8], for period: Int, at now: Int) -> Bool {
        guard claims[key].map({ $0 <= now }) ?? true else { return false }
        if claims.count >= 1024 { claims = claims.filter { $0.value > now } }
        claims[key] = now + period
        return true
    }
}
