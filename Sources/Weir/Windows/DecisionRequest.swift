/// One decision that is asked for: several windows, all or nothing.
package struct DecisionRequest: Sendable, Hashable {
    package let windows: [Window]
    /// The key of what operators have set for the owner of all these windows.
    package let limits: HashedKey?
    /// The fewest units that are of use.
    ///
    /// Below zero: a refund. Zero: a peek.
    package let least: Int
    /// The most units that are wanted.
    package let most: Int

    package init(_ windows: [Window], limits: HashedKey?, least: Int, most: Int) {
        self.windows = windows
        self.limits = limits
        self.least = least
        self.most = most
    }

    package init(_ windows: [Window], limits: [UInt8]? = nil, cost: Int) {
        self.init(windows, limits: limits.map { HashedKey($0) }, least: cost, most: cost)
    }

    /// How many integers the script answers: status and detail, then usage and reset of each window.
    package var replyLength: Int { 2 + 2 * windows.count }
}
