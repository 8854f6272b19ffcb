internal import Foundation

/// One installation of an application: where it is reached, written in one way however it was given.
///
/// `https://Shop.Example.COM.:443/` and `shop.example.com` are the same site, and so are `http://MÜLLER.de` and
/// `xn--mller-kva.de`. `www.shop.example.com`, `shop.example.com:8080` and `shop.example.com/outlet` are three others:
///
/// - The scheme is `http` or `https` or left out, and makes no difference; nor do the ports 80 and 443.
/// - The host is in lower case, without a final dot, an internationalised name in its ASCII form, an IP address in its
///   canonical form. A leading `www.` belongs to the name.
/// - The path is as given, upper and lower case apart, but without slashes at its end, `.` and `..` resolved, and
///   percent-encoded only where it must be.
///
/// White space around the address is dropped.
public struct Site: Sendable, Hashable, CustomStringConvertible {
    /// The site in its one form, at most 512 bytes of printable ASCII: `shop.example.com/outlet`.
    ///
    /// Given as an address it is the same site again.
    public let identity: String

    private static let longestText = 4096
    private static let longestIdentity = 512

    /// The site at an address, such as `https://shop.example.com/outlet`.
    ///
    /// - Parameter text: the address, without user, query or fragment.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidSite`` if it is not the address of a site.
    public init(_ text: String) throws(WeirError) {
        let tooLong = Self.error("it is longer than \(Self.longestIdentity) bytes")
        guard text.utf8.count <= Self.longestText else { throw tooLong }
        let address = try Self.withoutScheme(Self.trimmed(Array(text.utf8)))
        if address.contains(UInt8(ascii: "?")) { throw Self.error("it has a query; leave out what follows the ?") }
        if address.contains(UInt8(ascii: "#")) { throw Self.error("it has a fragment; leave out what follows the #") }
        let slash = address.firstIndex(of: UInt8(ascii: "/")) ?? address.endIndex
        // Nothing of an address that has one is quoted in a message: it may hold a password.
        if address[..<slash].contains(UInt8(ascii: "@")) {
            throw Self.error("it names a user; leave out what precedes the @")
        }
        let identity = try Self.hostAndPort(address[..<slash]) + Self.path(address[slash...])
        guard identity.utf8.count <= Self.longestIdentity else { throw tooLong }
        self.identity = identity
    }

    /// The identity.
    public var description: String { identity }

    private static func error(_ reason: String) -> WeirError {
        WeirError(.invalidSite, "that is not the address of a site: \(reason)")
    }

    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || (9...13).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return bytes[first...last]
    }

    private static func withoutScheme(_ address: ArraySlice<UInt8>) throws(WeirError) -> ArraySlice<UInt8> {
        guard let slash = address.firstIndex(of: UInt8(ascii: "/")),
            address[..<slash].last == UInt8(ascii: ":"), address[slash...].starts(with: "//".utf8)
        else { return address }
        let scheme = lowercased(address[..<slash].dropLast())
        guard scheme == "http" || scheme == "https" else { throw error("it begins with neither http:// nor https://") }
        return address[slash...].dropFirst(2)
    }

    private static func lowercased(_ bytes: some Sequence<UInt8>) -> String {
        let isUpper = { (byte: UInt8) in (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
        return String(decoding: bytes.map { isUpper($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func hostAndPort(_ authority: ArraySlice<UInt8>) throws(WeirError) -> String {
        if authority.first == UInt8(ascii: "["), let bracket = authority.firstIndex(of: UInt8(ascii: "]")) {
            let literal = lowercased(authority[..<bracket].dropFirst())
            guard literal.utf8.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }),
                let host = canonical(literal, AF_INET6)
            else { throw error("between the brackets stands no IPv6 address") }
            return try "[\(host)]" + port(authority[bracket...].dropFirst())
        }
        let colon = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        let rest = authority[colon...]
        if rest.dropFirst().contains(UInt8(ascii: ":")) {
            throw error("there are several colons; an IPv6 address stands in brackets")
        }
        return try host(authority[..<colon]) + port(rest)
    }

    /// The port with its colon, or nothing for those that a browser does not show.
    private static func port(_ text: ArraySlice<UInt8>) throws(WeirError) -> String {
        guard let colon = text.first else { return "" }
        let digits = text.dropFirst()
        guard colon == UInt8(ascii: ":"), digits.allSatisfy(isDigit),
            let port = Int(String(decoding: digits, as: UTF8.self)), (1...65535).contains(port)
        else { throw error("after the host stands no port from 1 to 65535") }
        return port == 80 || port == 443 ? "" : ":\(port)"
    }

    private static func host(_ bytes: ArraySlice<UInt8>) throws(WeirError) -> String {
        guard !bytes.isEmpty else { throw error("it has no host") }
        let isPlain = { (byte: UInt8) in byte == UInt8(ascii: ".") || isHostByte(byte) }
        guard bytes.allSatisfy({ $0 >= 0x80 || isPlain($0) }) else {
            throw error("a host has letters, digits, hyphens and dots")
        }
        var host = lowercased(bytes)
        if host.contains("xn--") || !bytes.allSatisfy(isPlain) {
            // Decoding tells whether a name in ASCII form is one at all.
            guard let components = URLComponents(string: "http://\(host)/"), components.host != nil,
                let encoded = components.encodedHost
            else { throw error("its host is no valid internationalised name") }
            host = lowercased(encoded.utf8)
        }
        if host.hasSuffix(".") { host.removeLast() }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253,
            labels.allSatisfy({ (1...63).contains($0.utf8.count) && $0.utf8.allSatisfy(isHostByte) })
        else { throw error("between the dots of a host stand 1 to 63 letters, digits and hyphens, 253 bytes in all") }
        guard let last = labels.last, isNumber(last) else { return host }
        guard let address = canonical(host, AF_INET) else {
            throw error("its host ends in a number and is no IPv4 address; write four numbers from 0 to 255")
        }
        return address
    }

    /// Whether browsers take a host that ends in this for an IPv4 address, some of them written in octal or in one piece.
    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy(isDigit) || label.hasPrefix("0x") && label.dropFirst(2).utf8.allSatisfy(isHexadecimal)
    }

    private static func canonical(_ literal: String, _ family: Int32) -> String? {
        var address = [UInt8](repeating: 0, count: 16)
        var text = [CChar](repeating: 0, count: 64)
        guard inet_pton(family, literal, &address) == 1, inet_ntop(family, address, &text, socklen_t(text.count)) != nil
        else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func path(_ bytes: ArraySlice<UInt8>) throws(WeirError) -> String {
        var segments: [Substring] = []
        for segment in try encoded(bytes).split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        while segments.last?.isEmpty == true { segments.removeLast() }
        return segments.map { "/" + $0 }.joined()
    }

    /// The path percent-encoded only where it must be, in upper-case digits.
    private static func encoded(_ bytes: ArraySlice<UInt8>) throws(WeirError) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var path: [UInt8] = []
        var rest = bytes
        while var byte = rest.popFirst() {
            let isEscaped = byte == UInt8(ascii: "%")
            if isEscaped {
                guard rest.count >= 2, rest.prefix(2).allSatisfy(isHexadecimal),
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { throw error("in its path, two hexadecimal digits must follow each %") }
                rest = rest.dropFirst(2)
                byte = value
            }
            if isUnreserved(byte) || !isEscaped && "/!$&'()*+,;=:@".utf8.contains(byte) {
                path.append(byte)
            } else if isEscaped || byte >= 0x80 {
                path += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                throw error("its path holds a space or a character that must be percent-encoded there")
            }
        }
        return String(decoding: path, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// RFC 3986: what means the same percent-encoded and plain.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        isHostByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
    }
}
