/// What a worker process reports that connected and disconnected again and again, as JSON.
package struct CycleReport: Codable, Sendable {
    /// After the first cycles, which fetch what is fetched once.
    package let before: ProcessCensus
    package let after: ProcessCensus
    /// How many of the cycles had a decision of Redis.
    package let decided: Int

    package init(before: ProcessCensus, after: ProcessCensus, decided: Int) {
        self.before = before
        self.after = after
        self.decided = decided
    }
}
