package import StressHistory

/// Something in a history that cannot be if Weir keeps its promises.
package struct Violation: Sendable {
    package let invariant: Invariant
    /// The number of the window, if it is about one.
    package let window: Int?
    /// What is wrong, in one sentence with the window's name and the numbers.
    package let message: String
    /// The attempts that prove it, oldest first; of many, the first and the last.
    ///
    /// Of an attempt from long ago the windows and the place are no longer known, and left out.
    package let evidence: [Attempt]

    package init(_ invariant: Invariant, window: Int?, message: String, evidence: [Attempt]) {
        self.invariant = invariant
        self.window = window
        self.message = message
        self.evidence = evidence
    }

    /// The violation as text: what is wrong, then its evidence.
    package var lines: [String] {
        ["\(invariant.code) \(invariant.title): \(message)"] + evidence.map { "    " + Self.line($0) }
    }

    private static func line(_ attempt: Attempt) -> String {
        var line = "process \(attempt.process), operation \(attempt.operation): \(attempt.outcome)"
        line += ", cost \(attempt.cost)"
        if let server = attempt.server { line += ", decided at \(server)" }
        line += ", sent \(attempt.sent), done \(attempt.done)"
        for fact in attempt.windows {
            line += "; window \(fact.window):"
            if let remaining = fact.remaining { line += " \(remaining) left" }
            if let limit = fact.limit { line += " of \(limit)" }
            if let used = fact.used { line += " \(used) used" }
            if let reset = fact.reset { line += ", reset in \(reset)" }
            if fact.isViolated { line += ", violated" }
        }
        if let retryAfter = attempt.retryAfter { line += "; retry after \(retryAfter)" }
        return line
    }
}
