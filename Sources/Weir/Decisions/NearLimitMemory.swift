/// Which windows were found near their limit and need not be told again, so that Redis is asked once a window.
struct NearLimitMemory: Sendable {
    private static let most = 10_000

    private var until: [[UInt8]: Duration] = [:]

    /// Whether nobody is known to have told of a window; remembers for its length that somebody does.
    mutating func isNew(_ key: [UInt8], at now: Duration, for window: Duration) -> Bool {
        if let until = until[key], now < until { return false }
        // Whoever is forgotten here is asked for again, and then Redis knows.
        if until.count >= Self.most { until = until.filter { $0.value > now } }
        if until.count >= Self.most { until.removeAll(keepingCapacity: true) }
        until[key] = now + window
        return true
    }

    /// Corrects until when a window need not be told.
    mutating func remember(_ key: [UInt8], until end: Duration) { until[key] = end }
}
