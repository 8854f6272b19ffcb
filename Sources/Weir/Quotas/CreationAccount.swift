/// What one user has created, decided over exactly as `lua/create.lua` does.
///
/// Knows no clock: every method is told the time, in microseconds since the epoch.
struct CreationAccount: Sendable {
    var used = 0
    /// When the limit was first reached; stays when objects are released.
    var reached: Int?

    /// Decides a call and charges what is admitted; `override` is the limit that an operator has set, if it holds.
    mutating func decide(
        least: Int,
        most: Int,
        quota: CreationQuota,
        override: Int?,
        at now: Int
    ) -> CreationVerdict {
        let base = override ?? quota.limit
        let standing = verdict(.done, charged: 0, quota: quota, override: override, at: now)
        var charged = most < 0 ? max(most, -used) : max(0, min(most, standing.limit - used))
        let isRefused = charged < least && most > 0
        if isRefused { charged = 0 }
        used += charged
        // A limit that was lowered for a while must not begin a growth that is for life.
        if most > 0, base > 0, used >= max(base, quota.limit), reached == nil { reached = now }
        return verdict(isRefused ? .refused : .done, charged: charged, quota: quota, override: override, at: now)
    }

    /// How the account stands, as the answer to a call that came out so.
    func verdict(
        _ status: CreationVerdict.Status,
        charged: Int,
        quota: CreationQuota,
        override: Int?,
        at now: Int
    ) -> CreationVerdict {
        var limit = override ?? quota.limit
        var nextGrowth: Int?
        if let reached, limit > 0, quota.monthlyGrowth > 0 {
            let months = CalendarMonths.elapsed(from: reached, to: now)
            limit = min(limit + quota.monthlyGrowth * months, Terms.ceiling)
            nextGrowth = CalendarMonths.date(reached, plus: months + 1)
        }
        return CreationVerdict(
            time: now,
            status: status,
            charged: charged,
            used: used,
            limit: limit,
            reached: reached,
            nextGrowth: nextGrowth
        )
    }
}
