/// On which threads the tasks of a worker run.
package enum TaskThreads: String, Sendable, Codable, CaseIterable {
    /// On that of their connection, where they get to ask most often; on Swift's own where there are several connections.
    case connection
    /// On Swift's own, as those of a service do.
    case pool
}
