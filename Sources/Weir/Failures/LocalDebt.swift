/// Units that were admitted without Redis, and of which one of its windows has to be told, with its parts.
package struct LocalDebt: Sendable {
    let subject: Subject
    /// The units, and when they leave.
    let owed: SlidingWindow

    package var units: Int { owed.total }

    /// What tells Redis: as many of the units as fit under the limit, so that the shared count never exceeds it.
    package var request: DecisionRequest { DecisionRequest(subject, least: 0, most: units) }
}
