internal import Weir
internal import WeirFields

/// A network of addresses, such as `10.0.0.0/8`.
struct IPNetwork: Hashable {
    private let start: IPAddress
    private let prefix: Int

    /// Reads `10.0.0.0/8`, `fd00::/8`, or one address alone.
    init(_ text: String) throws(WeirError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else {
            throw Self.invalid(text, "write an address, a slash and the number of bits, such as 10.0.0.0/8 or fd00::/8")
        }
        start = address
        guard parts.count == 2 else {
            prefix = address.width
            return
        }
        let isMapped = address.isIPv4 && parts[0].contains(":")
        let written = parts[1].utf8.allSatisfy(\.isDigit) ? Int(parts[1]) : nil
        guard let bits = written.map({ isMapped ? $0 - 96 : $0 }), (0...address.width).contains(bits) else {
            let possible = isMapped ? "96 to 128" : "0 to \(address.width)"
            throw Self.invalid(text, "after the slash, \(possible) bits are possible")
        }
        guard bits > 0 else {
            throw Self.invalid(
                text,
                "it trusts everybody, so that every client could choose its address; name the proxies"
            )
        }
        guard address.masked(to: bits) == address else {
            throw Self.invalid(text, "it has bits beyond its prefix; write \(address.masked(to: bits).text)/\(bits)")
        }
        prefix = bits
    }

    func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == start.isIPv4 && address.masked(to: prefix) == start
    }

    private static func invalid(_ text: String, _ advice: String) -> WeirError {
        WeirError(.invalidConfiguration, "the trusted proxy '\(text.prefix(64))' is no network: \(advice)")
    }
}
