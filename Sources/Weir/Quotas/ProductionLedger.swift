/// The claims of all applications and the raised limits of all groups in memory.
///
/// They are decided over exactly as `lua/claim.lua` and `lua/raise.lua` do.
package struct ProductionLedger: Sendable {
    private struct Claim: Sendable {
        var version = 0
        var group: [UInt8]?
        var isWithdrawing = false
    }

    private struct Raised: Sendable {
        let version: Int
        let calls: Int?
        let sites: Int?
    }

    private var claims: [[UInt8]: Claim] = [:]
    private var raised: [[UInt8]: [[UInt8]: Raised]] = [:]

    package init() {}

    /// The first and the last step: what `lua/claim.lua` would have answered.
    package mutating func decide(_ step: ProductionClaim) -> ProductionClaimVerdict {
        var claim = claims[step.key] ?? Claim()
        var isDone = true
        switch step.deed {
        case .show: break
        case .claim(let group):
            isDone = claim.group == nil || claim.group == group
            if isDone { claim = Claim(version: claim.version + 1, group: group) }
        case .withdraw:
            isDone = claim.group != nil
            if isDone { claim = Claim(version: claim.version + 1, group: claim.group, isWithdrawing: true) }
        case .free(let version):
            isDone = claim.isWithdrawing && claim.version == version
            if isDone { claim = Claim(version: version) }
        }
        if isDone, claim.version > 0 { claims[step.key] = claim }
        return ProductionClaimVerdict(isDone ? .done : .notDone, version: claim.version, group: claim.group)
    }

    /// The step between: what `lua/raise.lua` would have answered.
    package mutating func decide(_ step: ProductionRaise) -> ProductionRaiseVerdict {
        var entries = raised[step.production] ?? [:]
        let stored = entries[step.application]
        let isOvertaken = (stored?.version ?? 0) > step.version
        if !isOvertaken {
            entries[step.application] = Raised(version: step.version, calls: step.calls, sites: step.sites)
        }
        let calls = entries.values.compactMap(\.calls).max()
        let sites = entries.values.compactMap(\.sites).max()
        if isOvertaken, let stored {
            return ProductionRaiseVerdict(.overtaken, version: stored.version, calls: calls, sites: sites)
        }
        raised[step.production] = entries
        return ProductionRaiseVerdict(.done, version: step.version, calls: calls, sites: sites)
    }
}
