/// What one part of a pool has used, as the script tells it.
package struct PartUsage: Sendable, Hashable {
    /// As in the key: `a=crm`.
    package let name: String
    package let used: Int
    /// Microseconds until the oldest of it leave.
    package let reset: Int

    package init(name: String, used: Int, reset: Int) {
        self.name = name
        self.used = used
        self.reset = reset
    }
}
