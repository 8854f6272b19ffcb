/// The settings of a server that decide whether it can lose a quota.
struct Persistence: Sendable, Hashable {
    /// `maxmemory-policy`.
    let policy: String
    /// `appendonly`.
    let appendonly: String
    /// `save`.
    let save: String

    /// What could lose the quotas, in words, with what to do; nothing if all is well.
    var dangers: [String] {
        var dangers: [String] = []
        if policy.hasPrefix("allkeys-") {
            dangers.append(
                "maxmemory-policy is \(policy): a full Redis would evict quotas and sites; set noeviction"
            )
        }
        if appendonly == "no" {
            dangers.append(
                save.isEmpty
                    ? "nothing is persisted: a restart of Redis would lose quotas and sites; set appendonly yes"
                    : "only snapshots are persisted: a crash of Redis would lose what came after the last; set appendonly yes"
            )
        }
        return dangers
    }
}
