package import Hiredis

/// One call of `lua/create.lua`: objects that are created, released or only counted.
package struct CreationRequest: Sendable, Hashable {
    /// Where it is counted; all in one hash slot.
    package struct Keys: Sendable, Hashable {
        /// The quota: what is used, and when the limit was first reached.
        package let quota: [UInt8]
        /// The owner's limits, as an operator has set them.
        package let limits: [UInt8]
        /// What makes the call idempotent, if anything does.
        package let operation: [UInt8]?

        package init(quota: [UInt8], limits: [UInt8], operation: [UInt8]? = nil) {
            self.quota = quota
            self.limits = limits
            self.operation = operation
        }
    }

    package let keys: Keys
    /// The fewest objects that are of use.
    ///
    /// Below zero: a release. Zero: a peek, if `most` is zero too.
    package let least: Int
    /// The most objects that are wanted.
    package let most: Int
    package let quota: CreationQuota

    package init(_ keys: Keys, least: Int, most: Int, quota: CreationQuota) {
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
        command.append(keys.operation == nil ? 2 : 3)
        command.append(keys.quota)
        command.append(keys.limits)
        if let operation = keys.operation { command.append(operation) }
        for number in [least, most, quota.limit, quota.monthlyGrowth] { command.append(number) }
        if let time { command.append(time) }
        return command
    }
}
