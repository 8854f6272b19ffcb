/// What a worker process reports whose connections were closed while it wrote to them, as JSON.
package struct SignalReport: Codable, Sendable {
    /// Whether SIGPIPE would have ended the process: it neither ignores nor catches it.
    package let isDeadly: Bool
    /// Threads of a limiter that do not block SIGPIPE, by name.
    package let unprotected: [String]
    /// Whether a write to a closed connection has raised SIGPIPE.
    package let hasStruck: Bool
    /// How many decisions of Redis there were before and after.
    package let decided: Int

    package init(isDeadly: Bool, unprotected: [String], hasStruck: Bool, decided: Int) {
        self.isDeadly = isDeadly
        self.unprotected = unprotected
        self.hasStruck = hasStruck
        self.decided = decided
    }
}
