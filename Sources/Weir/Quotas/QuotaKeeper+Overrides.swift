extension QuotaKeeper {
    // MARK: Overrides

    /// Stores a quota in place of the usual one, for one subject; it holds from the next call of every instance on.
    ///
    /// Of objects it replaces the hard limit, and growth is added to it as before; zero blocks. Of sites it wins over what
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

    private func change(
        _ override: LimitOverride?,
        of subject: QuotaSubject
    ) async throws(WeirError) -> LimitOverride? {
        let keys =
            switch subject {
            case .sites(let group): try quotaKeys("sites", .group, group)
            case .creations(let user): try quotaKeys("objects", .user, user)
            }
        let change = LimitChange(key: keys.limits, field: LimitStages.field(of: keys.quota), override: override)
        return try await store.change(change).replaced(by: change)
    }
}
