/// What a row of `--cluster` has shown, medians over the rounds; its names are those of the JSON.
struct ClusterRow: Encodable, Sendable {
    let name: String
    let primaries: Int
    let decisionsPerSecond: Double
    /// How many decisions one call of the script has made.
    let decisionsPerScriptCall: Double
    /// CPU of this process for each decision, callers included.
    let clientMicroseconds: Double
    /// CPU of all primaries for each decision.
    let serverMicroseconds: Double
    /// Microseconds.
    let p50: Double?
    let p99: Double?
    let errors: Int

    init(_ name: String, primaries: Int, _ measurements: [Measurement]) {
        let row = Report.Row(name, measurements, rawPairs: 0)
        self.name = name
        self.primaries = primaries
        decisionsPerSecond = row.perSecond ?? 0
        decisionsPerScriptCall = (Report.median(measurements.map(\.perScriptCall)) * 100).rounded() / 100
        clientMicroseconds = row.clientMicroseconds ?? 0
        serverMicroseconds = row.serverMicroseconds ?? 0
        p50 = row.p50
        p99 = row.p99
        errors = row.errors ?? 0
    }

    var cost: DecisionCost {
        DecisionCost(serverMicroseconds: serverMicroseconds, clientMicroseconds: clientMicroseconds)
    }
}
