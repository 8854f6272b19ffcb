package import Hiredis

/// One decision that is asked for: one window or several, all or nothing.
package struct DecisionRequest: Sendable {
    /// Whose windows they are: one reference, for requests are handed on several times.
    let subject: Subject
    /// The fewest units that are of use.
    ///
    /// Below zero: a refund. Zero: a peek.
    package let least: Int
    /// The most units that are wanted.
    package let most: Int

    init(_ subject: Subject, least: Int, most: Int) {
        self.subject = subject
        self.least = least
        self.most = most
    }

    package init(_ windows: [Window], limits: HashedKey?, least: Int, most: Int) {
        self.init(Subject(windows: windows, limits: limits), least: least, most: most)
    }

    package init(_ windows: [Window], limits: [UInt8]? = nil, cost: Int) {
        self.init(windows, limits: limits.map { HashedKey($0) }, least: cost, most: cost)
    }

    package var windows: [Window] { subject.windows }
    /// The key of what operators have set for the owner of all these windows.
    package var limits: HashedKey? { subject.limits }

    /// Where its keys are in a cluster.
    package var slot: HashSlot { subject.slot }
}
