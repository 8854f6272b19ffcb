internal import Glibc

/// The windows met so far, found by the bytes of rule and subject as they stand in the file.
///
/// A string is built only for what is new: of the many attempts on one window, all but the first find it by its bytes.
struct WindowTable {
    private struct Entry {
        let hash: UInt64
        let number: Int
        /// Where its bytes begin: those of the rule, then those of the subject.
        let offset: Int
        let ruleLength: Int
        let subjectLength: Int
    }

    private(set) var names = WindowNames()
    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    /// The places of the entries, by hash, each in the first free one from there; -1 where there is none.
    private var buckets = [Int32](repeating: -1, count: 1024)

    /// The number of a window, which is given one if it is new.
    mutating func number(rule: JSONText, subject: JSONText) throws(LineProblem) -> Int {
        let hash = Self.hash(rule.bytes, Self.hash(subject.bytes, 0))
        var bucket = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
        while case let place = Int(buckets[bucket]), place >= 0 {
            if entries[place].hash == hash, isSame(entries[place], rule.bytes, subject.bytes) {
                return entries[place].number
            }
            bucket = (bucket + 1) & (buckets.count - 1)
        }
        // The same name may be written in several ways, with escapes and without.
        let name = try WindowNames.Name(rule: rule.decoded(), subject: subject.decoded())
        let number = names.number(of: name)
        // Strings are equal even if their bytes are not, but to a limiter they are then two.
        guard names[number].rule.utf8.elementsEqual(name.rule.utf8),
            names[number].subject.utf8.elementsEqual(name.subject.utf8)
        else { throw LineProblem("a name differs from one before only in the form of its Unicode", byte: subject.byte) }
        buckets[bucket] = Int32(entries.count)
        entries.append(
            Entry(
                hash: hash,
                number: number,
                offset: bytes.count,
                ruleLength: rule.bytes.count,
                subjectLength: subject.bytes.count
            )
        )
        bytes += rule.bytes
        bytes += subject.bytes
        if entries.count * 2 > buckets.count { grow() }
        return number
    }

    /// Notes the Redis key of a window.
    mutating func setKey(_ text: JSONText, of window: Int) throws(LineProblem) {
        let key = try text.decoded()
        guard names.key(of: window).map({ $0 == key }) ?? true else {
            throw LineProblem("the window had another key before", byte: text.byte)
        }
        names.setKey(key, of: window)
    }

    private func isSame(
        _ entry: Entry,
        _ rule: UnsafeBufferPointer<UInt8>,
        _ subject: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard entry.ruleLength == rule.count, entry.subjectLength == subject.count else { return false }
        return bytes.withUnsafeBytes { known in
            let known = UnsafeRawBufferPointer(rebasing: known[entry.offset...])
            return Self.isPrefix(UnsafeRawBufferPointer(rule), of: known)
                && Self.isPrefix(
                    UnsafeRawBufferPointer(subject),
                    of: UnsafeRawBufferPointer(rebasing: known[rule.count...])
                )
        }
    }

    private static func isPrefix(_ bytes: UnsafeRawBufferPointer, of known: UnsafeRawBufferPointer) -> Bool {
        guard let left = bytes.baseAddress, let right = known.baseAddress else { return bytes.isEmpty }
        return memcmp(left, right, bytes.count) == 0
    }

    private mutating func grow() {
        buckets = [Int32](repeating: -1, count: buckets.count * 4)
        for (place, entry) in entries.enumerated() {
            var bucket = Int(truncatingIfNeeded: entry.hash) & (buckets.count - 1)
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & (buckets.count - 1) }
            buckets[bucket] = Int32(place)
        }
    }

    /// A hash of 8 bytes at a time: the halves of a product, added bit by bit.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(bytes.count)
        let raw = UnsafeRawBufferPointer(bytes)
        var place = 0
        while place < raw.count {
            var word: UInt64 = 0
            if place + 8 <= raw.count {
                word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            } else {
                for byte in raw[place...] { word = word << 8 | UInt64(byte) }
            }
            let product = (hash ^ word ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
            hash = product.high ^ product.low
            place += 8
        }
        return hash
    }
}
