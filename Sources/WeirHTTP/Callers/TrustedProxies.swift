public import HTTPTypes
public import Weir

/// The proxies whose word is taken for whom they ask.
///
/// Whoever connects may write any address into a field. So a peer that is not among the proxies is the client itself,
/// whatever its fields say; and of what a proxy hands on, only what trusted proxies have appended is believed.
///
/// ```swift
/// let proxies = try TrustedProxies(["10.0.0.0/8", "fd00::/8"])
/// let client = proxies.clientAddress(peer: "10.0.0.2", fields: request.headerFields)
/// ```
public struct TrustedProxies: Sendable, Hashable {
    private let networks: [IPNetwork]
    private let trustsUnixSockets: Bool
    private let field: ForwardingField
    private let ipv6Prefix: Int

    /// Proxies by their addresses.
    ///
    /// - Parameters:
    ///   - networks: such as `10.0.0.0/8`, `fd00::/8` or `192.0.2.1`; `unix:` for whoever connects by a unix socket. Empty if
    ///     clients connect themselves.
    ///   - field: the one field in which the proxies say for whom they ask.
    ///   - ipv6Prefix: how many bits tell IPv6 clients apart, 1 to 128; 64 by default, for who has one address has all of
    ///     a /64.
    /// - Throws: `WeirError` that names the network and says what to write instead. One that holds every address is refused.
    public init(
        _ networks: [String],
        field: ForwardingField = .xForwardedFor,
        ipv6Prefix: Int = 64
    ) throws(WeirError) {
        guard (1...128).contains(ipv6Prefix) else {
            throw WeirError(.invalidConfiguration, "ipv6Prefix is \(ipv6Prefix); 1 to 128 are possible")
        }
        var read: [IPNetwork] = []
        for network in networks where network != Self.unixSocket { read.append(try IPNetwork(network)) }
        self.networks = read
        trustsUnixSockets = networks.contains(Self.unixSocket)
        self.field = field
        self.ipv6Prefix = ipv6Prefix
    }

    /// What a peer is called that has no address: one that has connected by a unix socket.
    public static let unixSocket = "unix:"

    /// The address by which to count a client.
    ///
    /// Of a trusted peer, the field is read from its end: trusted proxies are passed over, and the first other address is
    /// the client. What cannot be read ends the search, with the last address that could; so do 64 entries.
    /// `X-Forwarded-For: 1.1.1.1, 203.0.113.7, 10.0.0.3` from the peer 10.0.0.2 makes `203.0.113.7`: the client may have
    /// written `1.1.1.1` itself.
    ///
    /// - Parameters:
    ///   - peer: the address of who has connected, or ``unixSocket``.
    ///   - fields: those of the request.
    /// - Returns: an IPv4 address, `203.0.113.7`, or an IPv6 network, `2001:db8:1:2::/64`, without port and brackets. A peer
    ///   that is no address is returned as it is.
    public func clientAddress(peer: String, fields: HTTPFields) -> String {
        var client = IPAddress(node: peer)
        guard client.map(isTrusted) ?? (trustsUnixSockets && peer == Self.unixSocket) else {
            return client.map(name) ?? peer
        }
        for address in field.hops(in: fields) {
            client = address
            if !isTrusted(address) { break }
        }
        return client.map(name) ?? peer
    }

    private func isTrusted(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    private func name(_ address: IPAddress) -> String {
        guard !address.isIPv4, ipv6Prefix < 128 else { return address.text }
        return "\(address.masked(to: ipv6Prefix).text)/\(ipv6Prefix)"
    }
}
