extension QuotaKeeper {
    // MARK: Overrides

    /// Stores a quota in place of the usual one, for one subject; it holds from the next call of every instance on.
    ///
    /// Of objects it replaces the hard limit, and growth is added to it as before, but a lower one never begins growth; zero
    /// blocks. Of sites it wins over what
    /// a production grant raised. What is used stays used.
    ///
    /// - Parameters:
    ///   - override: the quota, and when it ends.
    ///   - subject: whose.
    /// - Returns: what was stored before, nil if nothing was.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidOverride`` if it ends in the past, of another code if it is not
    ///   known to have been stored.
    @discardableResult
    public func setOverride(
        _ override: LimitOverride,
        of subject: QuotaSubject
    ) async throws(WeirError) -> LimitOverride? {
        try await change(override, of: subject)
    }

    /// Removes the quota that is stored in place of the usual one, for one subject.
    ///
    /// - Parameter subject: whose.
    /// - Returns: what was stored, nil if nothing was.
    /// - Throws: ``WeirError`` if it is not known to have been removed.
    @discardableResult
    public func removeOverride(of subject: QuotaSubject) async throws(WeirError) -> LimitOverride? {
        try await change(nil, of: subject)
    }

    /// All that is stored in place of limits for a group or a user: for quotas, for rules, and by contract.
    ///
    /// - Parameter subject: whose; the group's sites and the user's objects are among what is listed.
    /// - Returns: the overrides in the order of their fields; those that have ended are among them until removed.
    /// - Throws: ``WeirError`` if Redis cannot be asked.
    public func overrides(of subject: QuotaSubject) async throws(WeirError) -> [StoredOverride] {
        try await store.overrides(under: quotaKeys(of: subject).limits)
    }

    private func quotaKeys(of subject: QuotaSubject) throws(WeirError) -> QuotaKeys {
        switch subject {
        case .sites(let group): try quotaKeys("sites", .group, group)
        case .creations(let user): try quotaKeys("objects", .user, user)
        }
    }

    private func change(
        _ override: LimitOverride?,
        of subject: QuotaSubject
    ) async throws(WeirError) -> LimitOverride? {
        let keys = try quotaKeys(of: subject)
        let change = LimitChange(key: keys.limits, field: LimitStages.field(of: keys.quota), override: override)
        return try await store.replace(change)
    }
}
