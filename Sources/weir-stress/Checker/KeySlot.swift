/// Which of the 16,384 hash slots of a cluster a key is in.
package enum KeySlot {
    package static let count = 16_384

    /// The slot of a key: of what stands between its first brace and the next closing one, unless that is nothing.
    package static func slot(of key: String) -> Int {
        let bytes = Array(key.utf8)
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")),
            let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        else { return Int(checksum(bytes[...])) % count }
        return Int(checksum(bytes[(open + 1)..<close])) % count
    }

    /// CRC-16/XMODEM: the polynomial is 0x1021, the start zero, nothing is reflected.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var sum: UInt16 = 0
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
        return sum
    }
}
