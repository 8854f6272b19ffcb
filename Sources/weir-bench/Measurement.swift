import Histogram

/// What one round of one row has shown.
struct Measurement: Sendable {
    let count: Int
    let errors: Int
    let seconds: Double
    /// CPU of this process: what is measured and its callers.
    let clientSeconds: Double
    /// Nanoseconds from asking to the answer; nil where many are sent at once and nobody waits for one.
    let latencies: Histogram<UInt32>?
    /// CPU of all servers.
    var serverSeconds = 0.0
    /// How often a script was called by its digest, on all servers.
    var scriptCalls = 0
    /// What all servers have read and written on their connections, below TLS and above TCP.
    var receivedBytes = 0
    var sentBytes = 0

    /// For nanoseconds, up to a minute.
    static var noLatencies: Histogram<UInt32> { Histogram(highestTrackableValue: 60_000_000_000) }

    var perSecond: Double { Double(count) / seconds }
    var serverMicroseconds: Double { serverSeconds * 1_000_000 / Double(max(1, count)) }
    /// How many were decided by one call of the script.
    var perScriptCall: Double { Double(count) / Double(max(1, scriptCalls)) }
    var requestBytes: Double { Double(receivedBytes) / Double(max(1, count)) }
    var replyBytes: Double { Double(sentBytes) / Double(max(1, count)) }
    var clientMicroseconds: Double { clientSeconds * 1_000_000 / Double(max(1, count)) }

    func percentile(_ percent: Double) -> Double? {
        latencies.map { Double($0.valueAtPercentile(percent)) / 1000 }
    }
}

extension Measurement {
    /// What loads have shown that ran side by side.
    init(sideBySide parts: [Measurement]) {
        var latencies = parts.first?.latencies
        for part in parts.dropFirst() {
            if let more = part.latencies { latencies?.add(more) }
        }
        self.init(
            count: parts.map(\.count).reduce(0, +),
            errors: parts.map(\.errors).reduce(0, +),
            seconds: parts.map(\.seconds).max() ?? 0,
            // Each has measured the whole process meanwhile.
            clientSeconds: parts.map(\.clientSeconds).max() ?? 0,
            latencies: latencies
        )
    }
}
