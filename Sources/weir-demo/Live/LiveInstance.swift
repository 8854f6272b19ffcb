/// One instance, and what it has admitted and refused of late.
struct LiveInstance: Codable, Sendable {
    var name: String
    /// `up`, or `gone` if it does not answer.
    var state: String
    /// How long it has been running.
    var seconds: Int
    /// What it admitted in each of the last 60 whole seconds, the latest last.
    var admitted: [Int]
    /// What it refused.
    var refused: [Int]
}
