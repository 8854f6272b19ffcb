/// One request for a decision, as whoever made it saw it.
///
/// All times are microseconds since the epoch.
package struct Attempt: Sendable, Hashable {
    /// What became of it.
    package enum Outcome: UInt8, Sendable, CaseIterable {
        case allowed, denied
        /// Nobody can say whether it counted.
        case unknown
        /// There was an error, and it did not count.
        case failed
    }

    /// Who decided.
    package enum Source: UInt8, Sendable, CaseIterable {
        case redis, denialMemory, policy
    }

    /// Which process made it.
    package var process: Int
    /// Its number, unique within the process.
    package var operation: Int
    /// Units; negative for a refund, zero for a peek.
    package var cost: Int
    /// When the caller asked.
    package var sent: Int
    /// When the caller was answered, or gave up.
    package var done: Int
    package var outcome: Outcome
    /// Nil where there is no decision.
    package var source: Source?
    /// The time of the decision, by the server's clock; nil where there is no decision.
    package var server: Int?
    /// Of decisions that the server made at one time, a later one has a larger place; nil if nobody knows.
    package var place: Int?
    package var windows: [WindowFact]
    /// Microseconds from `server`; nil for what was not denied, and where no wait helps.
    package var retryAfter: Int?
    /// A bounded word for the error, if there was one.
    package var error: String?

    package init(
        process: Int,
        operation: Int,
        cost: Int,
        sent: Int,
        done: Int,
        outcome: Outcome,
        source: Source? = nil,
        server: Int? = nil,
        place: Int? = nil,
        windows: [WindowFact] = [],
        retryAfter: Int? = nil,
        error: String? = nil
    ) {
        self.process = process
        self.operation = operation
        self.cost = cost
        self.sent = sent
        self.done = done
        self.outcome = outcome
        self.source = source
        self.server = server
        self.place = place
        self.windows = windows
        self.retryAfter = retryAfter
        self.error = error
    }

    /// Where it stands in a history: by the server's clock, or from when on it may have counted.
    package var moment: Int { server ?? sent }

    /// The order in which a history is checked.
    package static func isBefore(_ left: Attempt, _ right: Attempt) -> Bool {
        let (first, second) = (left.moment, right.moment)
        if first != second { return first < second }
        return (left.place ?? 0, left.process, left.operation) < (right.place ?? 0, right.process, right.operation)
    }
}
