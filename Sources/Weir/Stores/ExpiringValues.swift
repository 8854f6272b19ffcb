/// Values that are forgotten at a time, as Redis forgets keys with an expiry.
struct ExpiringValues<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let value: Value
        let expiresAt: Int
    }

    private var entries: [[UInt8]: Entry] = [:]
    private var sweepAbove = 1024

    /// How many are kept, some of them perhaps for longer than they live.
    var count: Int { entries.count }

    /// The value under a key, if it lives at a time in microseconds since the epoch.
    func value(_ key: [UInt8], at now: Int) -> Value? {
        entries[key].flatMap { $0.expiresAt > now ? $0.value : nil }
    }

    /// Keeps a value for so many microseconds.
    mutating func keep(_ value: Value, under key: [UInt8], for life: Int, at now: Int) {
        entries[key] = Entry(value: value, expiresAt: now + life)
        // Nothing else removes what nobody asks for any more. Each survivor has paid for the next sweep.
        guard entries.count > sweepAbove else { return }
        entries = entries.filter { $0.value.expiresAt > now }
        sweepAbove = max(1024, 2 * entries.count)
    }
}
