internal import Synchronization

extension InMemoryStore: QuotaStore {
    package func create(
        _ request: CreationRequest,
        _ durability: Durability
    ) throws(WeirError) -> (CreationVerdict, Replication?) {
        (memory.withLock { $0.create(request, at: now()) }, durability.withoutReplicas)
    }

    package func register(
        _ request: RegistrationRequest,
        _ durability: Durability
    ) throws(WeirError) -> (RegistrationVerdict, Replication?) {
        (memory.withLock { $0.register(request, at: now()) }, durability.withoutReplicas)
    }

    package func sites(_ key: [UInt8]) throws(WeirError) -> [RegisteredSite] {
        memory.withLock { $0.sites.sites(key) }.map {
            RegisteredSite(identity: $0.identity, time: $0.time, application: $0.application)
        }
    }

    package func claim(_ step: ProductionClaim) throws(WeirError) -> ProductionClaimVerdict {
        memory.withLock { $0.production.decide(step) }
    }

    package func raise(_ step: ProductionRaise) throws(WeirError) -> ProductionRaiseVerdict {
        memory.withLock { $0.raise(step) }
    }

    package func dangers() throws(WeirError) -> [String] { [] }

    package func serverInformation() throws(WeirError) -> [[String: String]] { [] }
}

extension Durability {
    /// What an in-memory store can say: there are no replicas.
    fileprivate var withoutReplicas: Replication? {
        if case .replicas(let count, _) = self { Replication(asked: count, acknowledged: 0) } else { nil }
    }
}
