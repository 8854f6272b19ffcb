/// Where windows are kept and decided over.
package protocol Store: LimitStore {
    /// The refusal of a request if it is known without asking.
    func known(_ request: DecisionRequest) -> Denial?
    /// What a request fails with, if it fails, and others do not.
    func domain(of request: DecisionRequest) -> FailureDomain
    /// All that can fail for itself.
    var domains: Set<FailureDomain> { get }
    /// Decides one request, all or nothing.
    func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict
    /// Where a window and all its parts stand, at one time.
    func usage(_ query: PoolQuery) async throws(WeirError) -> (verdict: Verdict, parts: [PartUsage])
    /// Forgets windows; returns how many there were.
    func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int
    /// Takes the right to warn, for so many microseconds.
    func claim(_ key: [UInt8], for period: Int) async throws(WeirError) -> WarningClaim
}

extension Store {
    package func known(_ request: DecisionRequest) -> Denial? { nil }
    package func domain(of request: DecisionRequest) -> FailureDomain { .everything }
    package var domains: Set<FailureDomain> { [.everything] }
}
