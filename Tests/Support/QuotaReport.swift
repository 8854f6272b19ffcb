/// What a worker process reports of quotas, as JSON.
package struct QuotaReport: Codable, Sendable {
    /// The sites that were registered anew, one entry each time.
    package var registered: [String] = []
    /// The sites that were registered already, one entry each time.
    package var known: [String] = []
    package var refused = 0
    package var created = 0
    package var exhausted = 0
    /// The dates when the limit was first reached that were told, in microseconds since the epoch.
    package var reached: Set<Int> = []
    /// Calls without a decision, by the code of their error.
    package var failed: [String: Int] = [:]

    package init() {}
}
