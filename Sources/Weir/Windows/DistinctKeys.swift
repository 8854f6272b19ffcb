internal import Glibc

/// The distinct keys of one kind in a batch, numbered from 1 in the order in which they come.
///
/// The hashes are there already, so this is a table of numbers and nothing else: a dictionary would hash them again. The
/// keys are copied to where they go out from, and no reference to any is kept: that would cost more than the copy.
struct DistinctKeys {
    /// All of them as they go out, one after another.
    private(set) var arguments: [UInt8] = []
    /// Of each key: its hash, and where it ends in `arguments`.
    private var entries: [(hash: KnownHash, end: Int)] = []
    /// The number of the key that each slot belongs to, zero if it is free; none before the first key.
    private var slots: [Int32] = []
    private let most: Int

    /// For so many keys at most.
    init(atMost count: Int) { most = count }

    var count: Int { entries.count }

    mutating func number(of key: HashedKey) -> Int {
        if entries.isEmpty { makeRoom(for: key) }
        var slot = key.hash.value & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot])
            if entries[number - 1].hash == key.hash, isKey(number, key) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        arguments.append(contentsOf: key.formatted)
        entries.append((key.hash, arguments.count))
        slots[slot] = Int32(entries.count)
        return entries.count
    }

    private func isKey(_ number: Int, _ key: HashedKey) -> Bool {
        let start = number == 1 ? 0 : entries[number - 2].end
        let end = entries[number - 1].end
        guard end - start == key.formatted.count else { return false }
        // Several times as fast as one byte after another.
        return arguments[start..<end].withUnsafeBytes { known in
            known.baseAddress.map { memcmp($0, key.formatted, known.count) == 0 } ?? true
        }
    }

    /// For keys that are about as long as the first one.
    private mutating func makeRoom(for first: HashedKey) {
        // At least every other slot stays free, so that a free one is found soon.
        slots = Array(repeating: 0, count: 2 << (Int.bitWidth - most.leadingZeroBitCount))
        entries.reserveCapacity(most)
        arguments.reserveCapacity(most * (first.formatted.count + 2))
    }
}
