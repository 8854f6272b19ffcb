extension RateLimiter {
    // MARK: Overrides

    /// Stores a limit in place of a rule's own, for one subject; it holds from the next decision of every instance on.
    ///
    /// It is kept until it is removed, replaced, or has ended. What has been used stays counted: after a lower limit the
    /// subject is refused until enough has left, and zero blocks it.
    ///
    /// - Parameters:
    ///   - override: the limit, and when it ends.
    ///   - rule: the name of the rule; one that only counts refuses above the limit from then on.
    ///   - descriptor: the subject: the parts that the rule counts by, and the one that all rules share.
    /// - Returns: what was stored before, nil if nothing was.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidOverride`` if it ends in the past; of another code if no rule has
    ///   the name, a part is missing, or it is not known to have been stored.
    @discardableResult
    public func setOverride(
        _ override: LimitOverride,
        of rule: String,
        for descriptor: Descriptor
    ) async throws(WeirError) -> LimitOverride? {
        try await change(override, of: rule, for: descriptor)
    }

    /// Removes the limit that is stored in place of a rule's own, for one subject.
    ///
    /// - Parameters:
    ///   - rule: the name of the rule.
    ///   - descriptor: the subject, as when it was set.
    /// - Returns: what was stored, nil if nothing was.
    /// - Throws: ``WeirError`` if no rule has the name, a part is missing, or it is not known to have been removed.
    @discardableResult
    public func removeOverride(of rule: String, for descriptor: Descriptor) async throws(WeirError) -> LimitOverride? {
        try await change(nil, of: rule, for: descriptor)
    }

    /// All that is stored in place of limits for one owner, such as a group: for its rules, its quotas and by contract.
    ///
    /// - Parameter owner: a descriptor with the part that all rules share.
    /// - Returns: the overrides in the order of their fields; those that have ended are among them until removed.
    /// - Throws: ``WeirError`` if the part is missing or Redis cannot be asked.
    public func overrides(of owner: Descriptor) async throws(WeirError) -> [StoredOverride] {
        let rules = ruleSet
        guard owner[rules.shared] != nil else {
            throw WeirError(
                .invalidDescriptor,
                "the descriptor has no \(rules.shared.rawValue), the owner of all limits"
            )
        }
        return try await store.overrides(under: rules.limitsKey(for: owner, keys: keys))
    }

    private func change(
        _ override: LimitOverride?,
        of rule: String,
        for descriptor: Descriptor
    ) async throws(WeirError) -> LimitOverride? {
        let rules = ruleSet
        let window = try rules.window(under: rule, for: descriptor, keys: keys)
        let change = LimitChange(
            key: rules.limitsKey(for: descriptor, keys: keys),
            field: LimitStages.field(of: window.key),
            override: override
        )
        return try await store.replace(change)
    }
}
