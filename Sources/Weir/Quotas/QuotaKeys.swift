internal import Hiredis

/// Where one quota of one owner is kept; all in one hash slot.
package struct QuotaKeys: Sendable, Hashable {
    /// What is used.
    package let quota: [UInt8]
    /// The owner's limits, as an operator has set them.
    package let limits: [UInt8]
    /// What makes a call idempotent, if anything does.
    package let operation: [UInt8]?

    package init(quota: [UInt8], limits: [UInt8], operation: [UInt8]? = nil) {
        self.quota = quota
        self.limits = limits
        self.operation = operation
    }
}

extension Command {
    /// How many keys a script is given, and the keys.
    mutating func append(_ keys: QuotaKeys) {
        let all = [keys.quota, keys.limits] + (keys.operation.map { [$0] } ?? [])
        append(all.count)
        for key in all { append(key: key) }
    }
}
