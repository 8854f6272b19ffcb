/// What an address begins with: how many servers there are, and whether TLS is spoken with them.
enum AddressScheme: String, CaseIterable {
    case redis
    case rediss
    case unix
    case cluster = "redis+cluster"
    case encryptedCluster = "rediss+cluster"
    case sentinel = "redis+sentinel"
    case encryptedSentinel = "rediss+sentinel"

    /// - Throws: ``InvalidAddress`` that says which there are.
    init(_ text: Substring) throws(InvalidAddress) {
        let name = text.lowercased()
        if let scheme = Self(rawValue: name) {
            self = scheme
            return
        }
        if name.hasPrefix("unix+") {
            throw InvalidAddress("a unix socket leads to one server; a cluster and Sentinels are reached by host:port")
        }
        // It is not quoted: a user and a password may stand before it by mistake.
        let names = Self.allCases.map(\.rawValue)
        throw InvalidAddress(
            "the scheme is not one of \(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")"
        )
    }

    /// Whether TLS is spoken with the servers that have the data.
    var isEncrypted: Bool { [.rediss, .encryptedCluster, .encryptedSentinel].contains(self) }
}
