internal import DequeModule

/// The keys of a bounded collection, those used longest ago first.
///
/// A use costs constant time, on average: it is written at the end, and what was written before is passed over later.
struct RecencyQueue<Key: Hashable & Sendable>: Sendable {
    private var lastUse: [Key: UInt64] = [:]
    private var uses: Deque<(key: Key, use: UInt64)> = []
    private var count: UInt64 = 0

    init() {}

    /// The key was used, for the first time or again.
    mutating func use(_ key: Key) {
        count += 1
        lastUse[key] = count
        uses.append((key, count))
        if uses.count > 2 * lastUse.count + 16 {
            uses.removeAll { lastUse[$0.key] != $0.use }
        }
    }

    mutating func remove(_ key: Key) { lastUse[key] = nil }

    /// Takes out the key used longest ago.
    mutating func removeOldest() -> Key? {
        while let (key, use) = uses.popFirst() {
            guard lastUse[key] == use else { continue }
            lastUse[key] = nil
            return key
        }
        return nil
    }
}
