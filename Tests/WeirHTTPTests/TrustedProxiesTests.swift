import HTTPTypes
import SeededRandom
import TestSupport
import Testing
import Weir
import WeirHTTP

@Suite struct TrustedProxiesTests {
    private static let networks = ["10.0.0.0/8", "192.0.2.1", "fd00::/8", "2001:db8:ffff::1"]

    private func fields(_ name: String, _ values: [String]) throws -> HTTPFields {
        let name = try #require(HTTPField.Name(name))
        return values.reduce(into: HTTPFields()) { $0.append(HTTPField(name: name, value: $1)) }
    }

    private func client(_ peer: String, _ values: String..., field: ForwardingField = .xForwardedFor) throws -> String {
        let proxies = try TrustedProxies(Self.networks, field: field)
        return proxies.clientAddress(peer: peer, fields: try fields(field.rawValue, values))
    }

    @Test(arguments: ["203.0.113.7", "11.0.0.1", "192.0.2.2", "::ffff:203.0.113.7", "not an address", "unix:", ""])
    func aSpoofedAddressChangesNothing(peer: String) throws {
        let alone = try client(peer)
        for spoofed in ["1.1.1.1", "10.0.0.1", "1.1.1.1, 10.0.0.1", "fd00::1", "", "x"] {
            #expect(try client(peer, spoofed) == alone)
            #expect(try client(peer, "for=\(spoofed)", field: .forwarded) == alone)
        }
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.3", "203.0.113.7"), ("203.0.113.7 ,\t10.0.0.3 , 192.0.2.1", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, ::ffff:10.0.0.3", "203.0.113.7"), ("203.0.113.7, fd12::3", "203.0.113.7"),
        ("203.0.113.7, 2001:db8:ffff::1", "203.0.113.7"), ("1.1.1.1, 2001:db8:ffff::2", "2001:db8:ffff::/64"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("[2001:db8:1:2::6]:443", "2001:db8:1:2::/64"),
        ("[2001:DB8:1:2:0::6]", "2001:db8:1:2::/64"),
        // All of them proxies: the first of them asks for itself.
        ("10.0.0.9, 10.0.0.3", "10.0.0.9"), ("10.0.0.9", "10.0.0.9"),
        // What cannot be read ends the search.
        ("", "10.0.0.2"), ("unknown", "10.0.0.2"), ("1.1.1.1, unknown, 10.0.0.3", "10.0.0.3"),
        ("1.1.1.1, , 10.0.0.3", "10.0.0.3"), ("1.1.1.1,", "10.0.0.2"), ("1.1.1.1, 10.0.0", "10.0.0.2"),
        ("1.1.1.1, 010.0.0.3", "10.0.0.2"), ("1.1.1.1, 10.0.0.3.", "10.0.0.2"), ("1.1.1.1, 10.0.0.256", "10.0.0.2"),
        ("203.0.113.7:", "10.0.0.2"), ("203.0.113.7:99999", "10.0.0.2"), ("203.0.113.7:+80", "10.0.0.2"),
        ("203.0.113.7:x", "10.0.0.2"), ("[203.0.113.7]:80", "10.0.0.2"), ("[2001:db8::1", "10.0.0.2"),
        ("[2001:db8::1]80", "10.0.0.2"), ("[2001:db8::1]:", "10.0.0.2"), ("2001:db8::1%eth0", "10.0.0.2"),
        ("2001:db8::1::2", "10.0.0.2"), ("203.0.113.7/32", "10.0.0.2"), ("\"203.0.113.7\"", "10.0.0.2"),
        ("203.0.113.7\u{0}1, 10.0.0.3", "10.0.0.3"), ("1.1.1.1; 10.0.0.3", "10.0.0.2"), ("0x0a000003", "10.0.0.2"),
    ])
    func theLastAddressThatNoProxyHasIsTheClient(field: String, client: String) throws {
        let proxies = try TrustedProxies(Self.networks)
        #expect(proxies.clientAddress(peer: "10.0.0.2", fields: try fields("X-Forwarded-For", [field])) == client)
    }

    @Test(arguments: [
        ("for=203.0.113.7", "203.0.113.7"), ("For=203.0.113.7;proto=http;by=10.0.0.3", "203.0.113.7"),
        ("proto=https; FOR=\"203.0.113.7:4711\"", "203.0.113.7"), ("for=1.1.1.1, for=203.0.113.7", "203.0.113.7"),
        ("for=203.0.113.7, for=10.0.0.3;host=a.example", "203.0.113.7"),
        ("for=\"[2001:db8:1:2::6]:4711\"", "2001:db8:1:2::/64"), ("for=\"[2001:db8:1:2::6]\"", "2001:db8:1:2::/64"),
        // A quote that a client opens swallows nothing that a proxy has appended.
        ("for=\"1.1.1.1, for=203.0.113.7", "203.0.113.7"),
        ("for=\"1.1.1.1, for=203.0.113.7;by=\"10.0.0.3\"", "203.0.113.7"),
        ("by=10.0.0.3", "10.0.0.2"), ("for=1.1.1.1;for=203.0.113.7", "10.0.0.2"), ("for=unknown", "10.0.0.2"),
        ("for=_hidden", "10.0.0.2"), ("203.0.113.7", "10.0.0.2"), ("for=", "10.0.0.2"), ("for", "10.0.0.2"),
        ("for=\"", "10.0.0.2"), ("for=\"\"", "10.0.0.2"), ("for=1.1.1.1, for=\"10.0.0.3", "10.0.0.2"), ("", "10.0.0.2"),
    ])
    func forwardedIsReadAsItIsWritten(field: String, client: String) throws {
        #expect(try self.client("10.0.0.2", field, field: .forwarded) == client)
    }

    @Test func onlyOneFieldIsRead() throws {
        var both = try fields("X-Forwarded-For", ["203.0.113.7"])
        both.append(contentsOf: try fields("Forwarded", ["for=203.0.113.8"]))
        let read = try ForwardingField.allCases.map {
            try TrustedProxies(Self.networks, field: $0).clientAddress(peer: "10.0.0.2", fields: both)
        }
        #expect(read == ["203.0.113.7", "203.0.113.8"])
    }

    @Test func severalFieldsAreOneList() throws {
        #expect(try client("10.0.0.2", "1.1.1.1", "203.0.113.7", "10.0.0.3, 10.0.0.4") == "203.0.113.7")
        #expect(try client("10.0.0.2", "203.0.113.7", "x") == "10.0.0.2")
    }

    @Test func noMoreThan64HopsAreRead() throws {
        let hops = (1...64).map { "10.0.1.\($0)" }
        #expect(try client("10.0.0.2", (["203.0.113.7"] + hops.dropFirst()).joined(separator: ",")) == "203.0.113.7")
        #expect(try client("10.0.0.2", (["203.0.113.7"] + hops).joined(separator: ",")) == "10.0.1.1")
        #expect(try client("10.0.0.2", String(repeating: ",", count: 100_000)) == "10.0.0.2")
    }

    @Test func theClientsOfANetworkAreOneAsFarAsAskedFor() throws {
        let field = try fields("X-Forwarded-For", ["2001:db8:1:2fff:3:4:5:6"])
        let names = try [1, 48, 56, 64, 127, 128].map {
            try TrustedProxies(["10.0.0.2"], ipv6Prefix: $0).clientAddress(peer: "10.0.0.2", fields: field)
        }
        #expect(
            names == [
                "::/1", "2001:db8:1::/48", "2001:db8:1:2f00::/56", "2001:db8:1:2fff::/64",
                "2001:db8:1:2fff:3:4:5:6/127", "2001:db8:1:2fff:3:4:5:6",
            ]
        )
        #expect(throws: WeirError.self) { try TrustedProxies([], ipv6Prefix: 0) }
        #expect(throws: WeirError.self) { try TrustedProxies([], ipv6Prefix: 129) }
    }

    @Test func thePeerIsWrittenAsAnyOther() throws {
        for peer in ["203.0.113.7", "203.0.113.7:4711", "::ffff:203.0.113.7", "[::ffff:203.0.113.7]:4711"] {
            #expect(try client(peer) == "203.0.113.7")
        }
        #expect(try client("2001:db8:1:2::9") == "2001:db8:1:2::/64")
        #expect(try client("::1") == "::/64")
    }

    @Test func whoConnectsByAUnixSocketMayBeTrusted() throws {
        let field = try fields("X-Forwarded-For", ["203.0.113.7"])
        let trusting = try TrustedProxies(["unix:"])
        #expect(trusting.clientAddress(peer: "unix:", fields: field) == "203.0.113.7")
        #expect(trusting.clientAddress(peer: "unix:", fields: [:]) == "unix:")
        #expect(trusting.clientAddress(peer: "10.0.0.2", fields: field) == "10.0.0.2")
    }

    @Test(arguments: [
        ("10.0.0.1/8", "write 10.0.0.0/8"), ("fd00::1/8", "write fd00::/8"), ("10.0.0.0/33", "0 to 32 bits"),
        ("fd00::/129", "0 to 128 bits"), ("10.0.0.0/-1", "0 to 32 bits"), ("10.0.0.0/", "0 to 32 bits"),
        ("10.0.0.0/+8", "0 to 32 bits"), ("10.0.0.0/8/8", "0 to 32 bits"), ("0.0.0.0/0", "it trusts everybody"),
        ("::/0", "it trusts everybody"), ("::ffff:0:0/96", "it trusts everybody"), ("::ffff:0:0/95", "96 to 128 bits"),
        ("10.0.0/8", "such as 10.0.0.0/8"), ("10.0.0.0 /8", "such as"), ("", "such as"), ("proxy.example", "such as"),
        ("10.0.0.1:80", "such as"), ("[fd00::]/8", "such as"), ("010.0.0.0/8", "such as"),
    ])
    func aNetworkThatIsNoneIsNamed(network: String, advice: String) throws {
        let error = #expect(throws: WeirError.self) { try TrustedProxies(["192.0.2.1", network]) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("'\(network)'") == true && error?.message.contains(advice) == true)
    }

    @Test func aNetworkOfMappedAddressesIsOneOfIPv4() throws {
        let field = try fields("X-Forwarded-For", ["203.0.113.7"])
        let proxies = try TrustedProxies(["::ffff:10.0.0.0/104"])
        #expect(proxies.clientAddress(peer: "10.9.9.9", fields: field) == "203.0.113.7")
        #expect(
            try TrustedProxies(["::/8"]).clientAddress(peer: "10.9.9.9", fields: field) == "10.9.9.9",
            "nor IPv6 IPv4"
        )
    }

    /// Whatever a client writes before what the proxies append: it is the client all the same.
    @Test func noPrefixOfAClientsMakingHidesIt() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        let alphabet = Array("0123456789abcdef.:[]\",;= for_\\%/-xF")
        for _ in 0..<5_000 {
            let forged = String(
                (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            #expect(try client("10.0.0.2", "\(forged), 203.0.113.7, 10.0.0.3") == "203.0.113.7", "\(forged)")
            let entry = "\(forged), for=203.0.113.7;proto=https, for=\"10.0.0.3:80\""
            #expect(try client("10.0.0.2", entry, field: .forwarded) == "203.0.113.7", "\(forged)")
        }
    }
}
