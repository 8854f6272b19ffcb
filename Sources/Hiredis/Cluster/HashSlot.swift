/// Which of a cluster's 16,384 slots a key belongs to; all keys of a slot are on one server.
///
/// `HashSlot(of: Array("123456789".utf8)).number` is 12,739. Source: the Redis Cluster specification, "Key distribution
/// model" and "Hash tags".
@usableFromInline
package struct HashSlot: Sendable, Hashable {
    package static let count = 16_384

    @usableFromInline
    package let number: Int

    package init(number: Int) { self.number = number }

    /// The slot of a key: of what stands between its first brace and the next that closes, if that is anything at all.
    package init(of key: [UInt8]) {
        number = Int(Self.checksum(of: Self.hashed(key)[...])) % Self.count
    }

    /// A name that hashes to a slot as wanted, made of another one and a number.
    ///
    /// The name itself if none is found soon, as where only a few slots are wanted.
    package static func tag(_ name: String, where isWanted: (HashSlot) -> Bool) -> String {
        let tags = (0..<1024).lazy.map { "\(name)-\($0)" }
        return tags.first { isWanted(HashSlot(of: Array($0.utf8))) } ?? name
    }

    private static func hashed(_ key: [UInt8]) -> ArraySlice<UInt8> {
        guard let opening = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let rest = key[(opening + 1)...]
        guard let closing = rest.firstIndex(of: UInt8(ascii: "}")), closing > rest.startIndex else { return key[...] }
        return rest[..<closing]
    }

    /// CRC-16/XMODEM: polynomial 0x1021, beginning with zero, nothing reflected.
    private static func checksum(of bytes: ArraySlice<UInt8>) -> UInt16 {
        bytes.reduce(0) { sum, byte in sum << 8 ^ table[Int(sum >> 8 ^ UInt16(byte))] }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { sum, _ in sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
    }
}
