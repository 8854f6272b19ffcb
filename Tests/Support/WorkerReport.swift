/// What a worker process reports of one token and endpoint, as JSON under their names.
package struct WorkerReport: Codable, Sendable {
    /// By the server's clock, in microseconds since the epoch.
    package var admittedAt: [Int] = []
    package var denied = 0
    /// Calls that may have counted although nobody knows.
    package var unknown = 0
    /// Calls without a decision, by the code of their error.
    package var failed: [String: Int] = [:]

    package init() {}
}
