extension RateLimiter {
    /// What a group has used of its limit, and the part of each of its applications, over the same trailing time.
    ///
    /// All of it is read at one moment, and the parts add up to what the group has used, as long as no window was reset on
    /// its own. An application that has been silent for a whole window is not listed. It takes a rule with a limit by group
    /// alone and one that observes group and application, with the same window and slices:
    ///
    /// ```swift
    /// Rule("group", per: .group, limit: Limit(10_000, per: .day))
    /// Rule("application", observing: .group, .application, per: .day)
    /// ```
    ///
    /// - Parameter group: the group's name.
    /// - Returns: the group's usage and that of its applications, by name.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidRule`` if the rules do not tell it, of another code if it cannot be
    ///   read.
    public func usage(of group: String) async throws(WeirError) -> GroupUsage {
        let (rule, query) = try ruleSet.poolQuery(of: Descriptor(group: group), by: .application, keys: keys)
        let (verdict, parts) = try await store.usage(query)
        let usage = try verdict.decision(on: query.request, under: [rule]).usage
        return GroupUsage(
            group: group,
            usage: usage.rules[0],
            time: usage.time,
            applications: parts.map { ApplicationUsage($0) }
        )
    }
}
