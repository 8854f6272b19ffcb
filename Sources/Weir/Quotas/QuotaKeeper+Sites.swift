extension QuotaKeeper {
    // MARK: Sites that a group registers

    /// Registers a site for a group, whichever of its applications asks.
    ///
    /// A group has six distinct sites in total by default. A site that is registered already is free, even when the quota
    /// is full. Sites are compared in one form, see ``Site``: `https://Shop.Example.COM.:443/` is `shop.example.com`.
    ///
    /// - Parameters:
    ///   - site: the site, as its owner writes it.
    ///   - group: the group.
    ///   - application: the application that registers it; the first one is remembered.
    ///   - operation: an id of this registration: a call with the same one within a day does nothing again and answers
    ///     that it is registered, even if somebody removed the site meanwhile.
    ///   - durability: whether to wait for replicas.
    /// - Returns: registered, already registered, or refused with the count and the quota; then tell the caller
    ///   ``Registration/refusalMessage``.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidSite`` if it is no site, of another code if there is no decision.
    public func register(
        site: String,
        for group: String,
        application: String,
        operation: String? = nil,
        durability: Durability = .local
    ) async throws(WeirError) -> Registration {
        let site = try Site(site)
        try NameLength.check(application, "application", .invalidQuota)
        let name = keys.encodedName(of: .application, Descriptor.Value(application))
        let deed = RegistrationRequest.Deed.register(site: site.identity, application: name)
        guard let observer else { return try await register(deed, group, operation, durability) }
        return try await observer.observe(.sites, cost: 1, isAllowed: \.isRegistered) { () async throws(WeirError) in
            try await register(deed, group, operation, durability)
        }
    }

    private func register(
        _ deed: RegistrationRequest.Deed,
        _ group: String,
        _ operation: String?,
        _ durability: Durability
    ) async throws(WeirError) -> Registration {
        let (status, usage) = try await registration(deed, group, operation, durability)
        switch status {
        case .done, .repeated: return .registered(usage)
        case .nothingToDo: return .alreadyRegistered(usage)
        default: return .refused(usage)
        }
    }

    /// Removes a site of a group, which makes room for another.
    ///
    /// - Parameters:
    ///   - site: the site, as its owner writes it.
    ///   - group: the group.
    ///   - operation: an id of this removal, as for a registration.
    ///   - durability: whether to wait for replicas.
    /// - Returns: whether it was registered.
    /// - Throws: ``WeirError`` if it is no site, or not known to have been removed.
    @discardableResult
    public func unregister(
        site: String,
        for group: String,
        operation: String? = nil,
        durability: Durability = .local
    ) async throws(WeirError) -> Bool {
        let deed = RegistrationRequest.Deed.unregister(site: try Site(site).identity)
        return try await registration(deed, group, operation, durability).status != .nothingToDo
    }

    /// The sites of a group, the oldest first.
    ///
    /// - Parameter group: the group.
    /// - Returns: each with the application that registered it, and when.
    /// - Throws: ``WeirError`` if they cannot be read.
    public func sites(of group: String) async throws(WeirError) -> [RegisteredSite] {
        try await store.sites(quotaKeys("sites", .group, group).quota)
    }

    /// How many sites a group has registered, and how many it may.
    ///
    /// - Parameter group: the group.
    /// - Returns: the count and the quota in force.
    /// - Throws: ``WeirError`` if they cannot be read.
    public func siteUsage(of group: String) async throws(WeirError) -> SiteUsage {
        try await registration(.count, group, nil, .local).usage
    }

    private func registration(
        _ deed: RegistrationRequest.Deed,
        _ group: String,
        _ operation: String?,
        _ durability: Durability
    ) async throws(WeirError) -> (status: RegistrationVerdict.Status, usage: SiteUsage) {
        try durability.validated()
        let keys = try quotaKeys("sites", .group, group, operation: operation)
        let request = RegistrationRequest(deed, keys, quota: quotas.sites)
        let (verdict, replication) = try await store.register(request, durability)
        checkInBackground()
        switch verdict.status {
        case .otherOperation: throw .otherOperation
        case .unreadable: throw .unreadableQuota(keys.quota)
        case .unreadableLimit: throw .unreadableOverride(of: "sites", keys.quota, limits: keys.limits)
        case .done, .nothingToDo, .repeated, .refused:
            return (verdict.status, SiteUsage(count: verdict.count, quota: verdict.quota, replication: replication))
        }
    }
}
