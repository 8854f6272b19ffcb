/// What a worker process reports of many tasks that ask and are cancelled while Redis comes and goes, as JSON.
package struct StormReport: Codable, Sendable {
    package var admitted = 0
    package var denied = 0
    /// Calls without a decision of Redis, by the code of their error or by who decided instead.
    package var others: [String: Int] = [:]
    /// How many of those may have been counted.
    package var unknown = 0
    /// Whether Redis decided again in the end.
    package var decidesAgain = false
    /// What Redis had counted in the end, before that.
    package var counted = 0

    /// Every outcome that there was.
    package var outcomes: Int { admitted + denied + others.values.reduce(0, +) }

    package init() {}
}
