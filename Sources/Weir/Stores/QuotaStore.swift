/// Where quotas are kept and decided over.
package protocol QuotaStore: LimitStore {
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
    /// What could lose the quotas, in words.
    func dangers() async throws(WeirError) -> [String]
    /// What each server says of itself, by name; nothing where there is none.
    func serverInformation() async throws(WeirError) -> [[String: String]]
}
