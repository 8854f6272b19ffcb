/// The distinct keys of one kind in a batch, numbered from 1 in the order in which they come.
///
/// The hashes are there already, so this is a table of numbers and nothing else: a dictionary would hash them again.
struct DistinctKeys {
    private(set) var all: [HashedKey] = []
    /// The number of the key that each slot belongs to, zero if it is free.
    private var slots: [Int32]

    /// For so many keys at most.
    init(atMost count: Int) {
        all.reserveCapacity(count)
        // At least every other slot stays free, so that a free one is found soon.
        slots = Array(repeating: 0, count: 2 << (Int.bitWidth - count.leadingZeroBitCount))
    }

    mutating func number(of key: HashedKey) -> Int {
        var slot = key.hash & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot])
            if all[number - 1] == key { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        all.append(key)
        slots[slot] = Int32(all.count)
        return all.count
    }
}
