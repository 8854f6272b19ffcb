internal import Glibc

/// Whom a server's certificate has to be for.
struct PeerName: Equatable {
    /// As certificates and the handshake have it: without the final dot of a name, or the zone of an address.
    let text: String
    let isAddress: Bool

    /// The peer that a URL's host means: a name, an IPv4 address or an IPv6 address without brackets.
    init(host: String) {
        let withoutZone = String(host.prefix { $0 != "%" })
        isAddress = Self.isAddress(withoutZone)
        if isAddress {
            text = withoutZone
        } else {
            text = host.hasSuffix(".") ? String(host.dropLast()) : host
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        var bytes = in6_addr()
        return inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1
    }
}
