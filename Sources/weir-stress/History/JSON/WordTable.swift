/// The words that may stand at a place of a JSON text: the names of an object's fields, or the values of one of them.
///
/// A word is found by comparing 16 bytes at once, first with the one that is expected: no string is ever built of it.
struct WordTable<Value: Sendable>: Sendable {
    /// A word with its quotes, in two words of 8 bytes, and which bits of them are its own.
    private struct Entry: Sendable {
        let value: Value
        let name: String
        let low: UInt64
        let high: UInt64
        let lowMask: UInt64
        let highMask: UInt64

        var length: Int { name.utf8.count + 2 }

        init(_ name: String, _ value: Value) {
            let quoted = Array("\"\(name)\"".utf8)
            precondition(quoted.count <= 16, "a longer word would not fit into two of 8 bytes")
            var (words, masks): ([UInt64], [UInt64]) = ([0, 0], [0, 0])
            for (place, byte) in quoted.enumerated() {
                words[place / 8] |= UInt64(byte) << (place % 8 * 8)
                masks[place / 8] |= 0xFF << (place % 8 * 8)
            }
            self.name = name
            self.value = value
            (low, high) = (words[0], words[1])
            (lowMask, highMask) = (masks[0], masks[1])
        }
    }

    private let entries: [Entry]

    init(_ words: [(name: String, value: Value)]) { entries = words.map { Entry($0.name, $0.value) } }

    /// All words, for an error.
    var list: String { entries.map(\.name).joined(separator: ", ") }

    func name(_ place: Int) -> String { entries[place].name }

    func value(_ place: Int) -> Value { entries[place].value }

    /// Which word stands here, looking at one of them first; 16 bytes must be there to be read.
    func match(_ text: UnsafePointer<UInt8>, expecting first: Int) -> (place: Int, length: Int)? {
        let raw = UnsafeRawPointer(text)
        let low = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
        let high = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        var place = first
        for _ in entries.indices {
            if place >= entries.count { place = 0 }
            let entry = entries[place]
            if low & entry.lowMask == entry.low, high & entry.highMask == entry.high { return (place, entry.length) }
            place += 1
        }
        return nil
    }
}

extension WordTable where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    init(_: Value.Type) { self.init(Value.allCases.map { ($0.rawValue, $0) }) }
}
