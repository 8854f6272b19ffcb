package import StressHistory

/// What the replica did not have of what the primary had acknowledged before it was killed.
///
/// Redis replicates after it has answered, so this may be: a replica has the beginning of its primary's stream of commands,
/// and a failover loses the rest. All that is seen afterwards has to be explained by one such cut, over all keys at once.
package struct Loss: Sendable, Hashable {
    /// How much was lost.
    package struct Extent: Sendable, Hashable {
        /// Acknowledged admissions and refunds.
        package var decisions = 0
        /// Of these, the units that were admitted.
        package var units = 0
        /// Microseconds from the first of them to the kill; zero if nothing was lost.
        package var age = 0

        package init(decisions: Int = 0, units: Int = 0, age: Int = 0) {
            self.decisions = decisions
            self.units = units
            self.age = age
        }
    }

    package var fault: Fault
    /// Whether one cut explains all that was seen afterwards; if none does, there are violations.
    package var isExplained: Bool
    /// The smallest loss that explains what was seen.
    package var least: Extent
    /// The largest that does, no longer before the kill than is looked.
    package var most: Extent
    /// How many later admissions went beyond a limit because of lost units, and for no other reason.
    package var overshoots = 0
    /// By how many units at the most; never more than were lost.
    package var largestOvershoot = 0
    /// The window in which that was.
    package var overshotWindow: Int?

    package init(fault: Fault, isExplained: Bool, least: Extent, most: Extent) {
        self.fault = fault
        self.isExplained = isExplained
        self.least = least
        self.most = most
    }

    /// Notes that an admission went beyond a limit because of lost units.
    mutating func add(overshoot: Int, of window: Int) {
        overshoots += 1
        guard overshoot > largestOvershoot else { return }
        (largestOvershoot, overshotWindow) = (overshoot, window)
    }
}
