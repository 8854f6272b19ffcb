package import Hiredis

/// One call of `lua/create.lua`: objects that are created, released or only counted.
package struct CreationRequest: Sendable, Hashable {
    package let keys: QuotaKeys
    /// The fewest objects that are of use.
    ///
    /// Below zero: a release. Zero: a peek, if `most` is zero too.
    package let least: Int
    /// The most objects that are wanted.
    package let most: Int
    package let quota: CreationQuota

    package init(_ keys: QuotaKeys, least: Int, most: Int, quota: CreationQuota) {
        self.keys = keys
        self.least = least
        self.most = most
        self.quota = quota
    }

    /// The call.
    ///
    /// A time in microseconds since the epoch is for tests alone; without it the server's clock decides.
    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(keys)
        for number in [least, most, quota.limit, quota.monthlyGrowth] { command.append(number) }
        if let time { command.append(time) }
        return command
    }
}
