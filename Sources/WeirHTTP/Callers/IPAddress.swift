internal import Glibc
internal import WeirFields

/// An address of the internet protocol, in one form for both versions.
///
/// An IPv4 address is kept as the IPv6 address to which it is mapped, so `::ffff:192.0.2.1` and `192.0.2.1` are the same.
struct IPAddress: Hashable {
    /// Network order: the first byte of the text is the most significant.
    let bits: UInt128

    /// Of `::ffff:0:0/96`, to which IPv4 is mapped.
    private static let mapped: UInt128 = 0xFFFF << 32

    init(bits: UInt128) { self.bits = bits }

    /// Reads `192.0.2.1` or `2001:db8::1`, and nothing around it: no port, no brackets, no zone, no leading zeros.
    init?(_ text: some StringProtocol) {
        // What has a NUL in it would end there for what reads it.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), text.utf8.count <= Int(INET6_ADDRSTRLEN) else {
            return nil
        }
        var four = in_addr()
        var six = in6_addr()
        let text = String(text)
        if inet_pton(AF_INET, text, &four) == 1 {
            bits = Self.mapped | UInt128(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bits = withUnsafeBytes(of: six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
        } else {
            return nil
        }
    }

    /// Reads an address as it stands in a field: perhaps in brackets, perhaps with a port, which is not kept.
    ///
    /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:4711`.
    init?(node: some StringProtocol) {
        if node.hasPrefix("[") {
            guard let end = node.firstIndex(of: "]") else { return nil }
            let inside = node[node.index(after: node.startIndex)..<end]
            let rest = node[node.index(after: end)...]
            guard inside.contains(":"), rest.isEmpty || rest.first == ":" && Self.isPort(rest.dropFirst()) else {
                return nil
            }
            self.init(inside)
        } else if let colon = node.firstIndex(of: ":"), !node[node.index(after: colon)...].contains(":") {
            // Only IPv4 has one colon.
            guard Self.isPort(node[node.index(after: colon)...]) else { return nil }
            self.init(node[..<colon])
        } else {
            self.init(node)
        }
    }

    private static func isPort(_ text: some StringProtocol) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy(\.isDigit) && UInt16(text) != nil
    }

    var isIPv4: Bool { bits >> 32 == Self.mapped >> 32 }

    /// The address with only its first bits; those of an IPv4 address are counted from its own first.
    func masked(to prefix: Int) -> IPAddress {
        let kept = isIPv4 ? prefix + 96 : prefix
        return IPAddress(bits: kept == 0 ? 0 : bits & (.max << UInt128(128 - kept)))
    }

    /// How many bits an address of this version has.
    var width: Int { isIPv4 ? 32 : 128 }

    /// The one way to write it that RFC 5952 recommends; an IPv4 address with dots.
    var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv4 {
            var four = in_addr(s_addr: UInt32(truncatingIfNeeded: bits).bigEndian)
            _ = inet_ntop(AF_INET, &four, &buffer, socklen_t(buffer.count))
        } else {
            var six = in6_addr()
            withUnsafeMutableBytes(of: &six) { bytes in
                for index in bytes.indices {
                    bytes[index] = UInt8(truncatingIfNeeded: bits >> UInt128(8 * (15 - index)))
                }
            }
            _ = inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
