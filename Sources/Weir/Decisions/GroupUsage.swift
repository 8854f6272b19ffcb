/// What a group has used of its limit, and which application how much of it.
public struct GroupUsage: Sendable, Hashable {
    /// The group's name.
    public let group: String
    /// The group's limit, used, remaining and reset.
    public let usage: RuleUsage
    /// The time at which all of it was so, since the epoch.
    public let time: Duration
    /// The parts of its applications, in the order of their names; those that have used nothing of late are not among them.
    public let applications: [ApplicationUsage]

    /// The units that an application has used, zero if it is not listed.
    ///
    /// 300 of the group's 1,000: `usage["crm"] == 300` and `usage.usage.used == 1000`.
    public subscript(application: String) -> Int {
        applications.first { $0.application == application }?.used ?? 0
    }
}
