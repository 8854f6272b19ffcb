internal import COpenSSL
internal import Glibc

/// What a server's certificate says of itself, for telling why it was refused.
///
/// Nobody vouches for any of it.
struct PeerCertificate {
    let names: [String]
    let hasExpired: Bool

    /// A certificate may have thousands of names.
    private static let mostNames = 5
    private static let longestName = 253

    /// The certificate that the server has shown in a handshake, even if it was refused.
    ///
    /// - Parameter session: an `SSL`.
    init?(of session: OpaquePointer) {
        guard let chain = SSL_get0_verified_chain(session), OPENSSL_sk_num(chain) > 0,
            let first = OPENSSL_sk_value(chain, 0)
        else { return nil }
        let certificate = OpaquePointer(first)
        let alternatives = Self.alternativeNames(of: certificate)
        names = alternatives.isEmpty ? Self.commonName(of: certificate) : alternatives
        hasExpired = X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0
    }

    private static func alternativeNames(of certificate: OpaquePointer) -> [String] {
        guard let names = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(names)
        defer { GENERAL_NAMES_free(stack) }
        var texts: [String] = []
        for number in 0..<max(0, OPENSSL_sk_num(stack)) where texts.count < mostNames {
            guard let name = OPENSSL_sk_value(stack, number) else { continue }
            var kind: Int32 = 0
            let value = GENERAL_NAME_get0_value(name.assumingMemoryBound(to: GENERAL_NAME.self), &kind)
            guard let value, [GEN_DNS, GEN_IPADD].contains(kind) else { continue }
            let string = value.assumingMemoryBound(to: ASN1_STRING.self)
            let bytes = UnsafeBufferPointer(
                start: ASN1_STRING_get0_data(string),
                count: Int(ASN1_STRING_length(string))
            )
            let text = kind == GEN_DNS ? printable(bytes) : address(bytes)
            if let text { texts.append(text) }
        }
        return texts
    }

    private static func commonName(of certificate: OpaquePointer) -> [String] {
        var text = [CChar](repeating: 0, count: longestName + 1)
        let length = X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate),
            NID_commonName,
            &text,
            Int32(text.count)
        )
        let bytes = text.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
        return bytes.withUnsafeBufferPointer { printable($0) }.map { [$0] } ?? []
    }

    /// Nothing that a stranger says gets into a log unless it looks like a name.
    private static func printable(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard (1...longestName).contains(bytes.count), bytes.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes.baseAddress, &text, socklen_t(text.count)) != nil else { return nil }
        return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
}
