extension QuotaKeeper {
    // MARK: Production groups

    /// Raises a group's limits for an application in production; an application has one such group at the most.
    ///
    /// Granting the same group again changes the figures. Of several applications that raise one group the greatest figure
    /// counts; an override that an operator sets wins over it. It takes two steps, in two places of a cluster: a process
    /// that dies between them has claimed the group and raised nothing, and running it again completes it.
    ///
    /// - Parameter grant: the group, the application, and what is raised.
    /// - Throws: ``WeirError`` of ``WeirError/Code/conflict`` if another group has the application's grant, which it names,
    ///   or another operator changed it at the same moment; of another code if it is not known to have been done.
    public func grant(_ grant: ProductionGrant) async throws(WeirError) {
        let group = name(.group, grant.group)
        let key = try claimKey(grant.application)
        let claim = try await step(ProductionClaim(.claim(group: group), key: key))
        guard claim.status == .done else {
            throw WeirError(
                .conflict,
                "the application '\(grant.application)' has its production group already: '\(plain(claim.group))';"
                    + " withdraw that first"
            )
        }
        try await raise(group, for: grant.application, version: claim.version, grant)
    }

    /// Takes back what an application's grant raised; the group's limits are the usual ones again, and its usage stays.
    ///
    /// - Parameter application: the application.
    /// - Returns: the group that had it, or nil if none had.
    /// - Throws: ``WeirError`` of ``WeirError/Code/conflict`` if another operator changed it at the same moment, of another
    ///   code if it is not known to have been done; running it again completes it.
    @discardableResult
    public func withdrawGrant(of application: String) async throws(WeirError) -> String? {
        let key = try claimKey(application)
        let claim = try await step(ProductionClaim(.withdraw, key: key))
        guard claim.status == .done, let name = claim.group else { return nil }
        try await raise(name, for: application, version: claim.version, nil)
        let free = try await step(ProductionClaim(.free(version: claim.version), key: key))
        guard free.status == .done || free.group == nil else { throw .overtaken(application) }
        return plain(name)
    }

    /// The group that has an application's grant.
    ///
    /// - Parameter application: the application.
    /// - Returns: the group, or nil if none has.
    /// - Throws: ``WeirError`` if it cannot be read.
    public func productionGroup(of application: String) async throws(WeirError) -> String? {
        let claim = ProductionClaim(.show, key: try claimKey(application))
        return try await step(claim).group.map { plain($0) }
    }

    private func step(_ step: ProductionClaim) async throws(WeirError) -> ProductionClaimVerdict {
        let verdict = try await store.claim(step)
        guard verdict.status != .unreadable else { throw .unreadableQuota(step.key) }
        return verdict
    }

    private func raise(
        _ group: [UInt8],
        for application: String,
        version: Int,
        _ grant: ProductionGrant?
    ) async throws(WeirError) {
        let step = ProductionRaise(
            name(.application, application),
            version: version,
            calls: grant?.calls,
            sites: grant?.sites,
            callsName: ":" + quotas.callsRule,
            production: keys.permanentKey("production", owner: group),
            limits: keys.permanentKey("limits", owner: group)
        )
        let verdict = try await store.raise(step)
        switch verdict.status {
        case .done: return
        case .overtaken: throw .overtaken(application)
        case .unreadable: throw .unreadableQuota(step.production)
        }
    }

    private func name(_ part: Descriptor.Part, _ value: String) -> [UInt8] {
        keys.name(of: part, Descriptor.Value(value))
    }

    /// The group's name as people write it, from how it stands in keys.
    private func plain(_ name: [UInt8]?) -> String { KeyScheme.decodedName((name ?? []).dropFirst("g=".utf8.count)) }

    private func claimKey(_ application: String) throws(WeirError) -> [UInt8] {
        try NameLength.check(application, "name of the application", .invalidGrant)
        return keys.permanentKey("production", owner: name(.application, application))
    }
}

extension WeirError {
    fileprivate static func overtaken(_ application: String) -> WeirError {
        WeirError(
            .conflict,
            "another operator changed the grant of the application '\(application)' at the same moment; look"
                + " with productionGroup(of:), then run it again",
            isRetryable: true
        )
    }
}
