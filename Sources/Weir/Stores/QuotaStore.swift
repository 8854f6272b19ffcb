/// Where quotas are kept and decided over.
package protocol QuotaStore: Sendable {
    /// Creates, releases or counts objects.
    func create(
        _ request: CreationRequest,
        _ durability: Durability
    ) async throws(WeirError) -> (CreationVerdict, Replication?)
    /// Registers, removes or counts sites.
    func register(
        _ request: RegistrationRequest,
        _ durability: Durability
    ) async throws(WeirError) -> (RegistrationVerdict, Replication?)
    /// The sites of a group, the oldest first.
    func sites(_ key: [UInt8]) async throws(WeirError) -> [RegisteredSite]
    /// Claims an application's production group, or takes the claim back.
    func claim(_ step: ProductionClaim) async throws(WeirError) -> ProductionClaimVerdict
    /// Raises a production group's limits, or withdraws that.
    func raise(_ step: ProductionRaise) async throws(WeirError) -> ProductionRaiseVerdict
    /// Sets or removes a limit in place of a quota's own.
    func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome
    /// What is set for an owner, by field.
    func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String]
    /// What could lose the quotas, in words.
    func dangers() async throws(WeirError) -> [String]
    /// Gets ready before the first request.
    func prepare() async
    /// Lets what waits finish and takes nothing more.
    func shutdown() async
}
