extension QuotaKeeper {
    // MARK: Objects that a user creates

    /// Counts objects that a user is about to create, all of them or none.
    ///
    /// - Parameters:
    ///   - user: who creates them.
    ///   - count: how many, 1 to 2^31.
    ///   - operation: an id of this creation, such as that of the request: a call with the same one within a day counts
    ///     nothing again and answers what the first one did, so that an unknown outcome can be repeated.
    ///   - durability: whether to wait for replicas.
    /// - Returns: created, with the objects counted; or exhausted, with nothing counted.
    /// - Throws: ``WeirError`` if there is no decision.
    public func create(
        by user: String,
        count: Int = 1,
        operation: String? = nil,
        durability: Durability = .local
    ) async throws(WeirError) -> CreationOutcome {
        try checkCount(count)
        return try await observedCreation(user, least: count, most: count, operation, durability)
    }

    /// Counts as many objects as fit, at most `most` and at least one.
    ///
    /// With 3 left of 5,000, `create(by: "anna", upTo: 10)` counts 3, in ``CreationUsage/charged``; with none left it is
    /// exhausted.
    ///
    /// - Parameters:
    ///   - user: who creates them.
    ///   - most: the most objects, 1 to 2^31.
    ///   - operation: an id of this creation, as above.
    ///   - durability: whether to wait for replicas.
    /// - Returns: created, with the number counted; or exhausted.
    /// - Throws: ``WeirError`` if there is no decision.
    public func create(
        by user: String,
        upTo most: Int,
        operation: String? = nil,
        durability: Durability = .local
    ) async throws(WeirError) -> CreationOutcome {
        try checkCount(most)
        return try await observedCreation(user, least: 1, most: most, operation, durability)
    }

    /// Gives back objects, never below zero: for a service whose deletions make room.
    ///
    /// - Parameters:
    ///   - user: who created them.
    ///   - count: how many, 1 to 2^31.
    ///   - operation: an id of this release, as for a creation.
    ///   - durability: whether to wait for replicas.
    /// - Returns: the usage after it; `charged` is minus what was really given back.
    /// - Throws: ``WeirError`` if it is not known to have been done.
    @discardableResult
    public func release(
        by user: String,
        count: Int = 1,
        operation: String? = nil,
        durability: Durability = .local
    ) async throws(WeirError) -> CreationUsage {
        try checkCount(count)
        return try await creation(user, least: -count, most: -count, operation, durability).usage
    }

    /// Reads how many objects a user has created, and how many more may be.
    ///
    /// - Parameter user: who created them.
    /// - Returns: the usage, of which nothing was changed.
    /// - Throws: ``WeirError`` if it cannot be read.
    public func creations(by user: String) async throws(WeirError) -> CreationUsage {
        try await creation(user, least: 0, most: 0, nil, .local).usage
    }

    private func observedCreation(
        _ user: String,
        least: Int,
        most: Int,
        _ operation: String?,
        _ durability: Durability
    ) async throws(WeirError) -> CreationOutcome {
        guard let observer else { return try await creation(user, least: least, most: most, operation, durability) }
        return try await observer.observe(.creations, cost: most, isAllowed: \.isCreated) {
            () async throws(WeirError) in
            try await creation(user, least: least, most: most, operation, durability)
        }
    }

    private func creation(
        _ user: String,
        least: Int,
        most: Int,
        _ operation: String?,
        _ durability: Durability
    ) async throws(WeirError) -> CreationOutcome {
        try durability.validated()
        let keys = try quotaKeys("objects", .user, user, operation: operation)
        let request = CreationRequest(keys, least: least, most: most, quota: quotas.creations)
        let (verdict, replication) = try await store.create(request, durability)
        checkInBackground()
        let usage = CreationUsage(verdict, replication: replication)
        switch verdict.status {
        case .done, .repeated: return .created(usage)
        case .refused: return .exhausted(usage)
        case .otherOperation: throw .otherOperation
        case .unreadable: throw .unreadableQuota(keys.quota)
        case .unreadableLimit: throw .unreadableOverride(of: "objects", keys.quota, limits: keys.limits)
        }
    }

    private func checkCount(_ count: Int) throws(WeirError) {
        guard Terms.limits.contains(count) else {
            throw WeirError(
                .invalidCost,
                "the count is \(count); 1 to 2147483648 are possible, creations(by:) reads and release() gives back"
            )
        }
    }
}
