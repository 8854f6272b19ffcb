/// Where a server is and who we are there, read from a URL.
///
/// `redis://[[user]:password@]host[:port][/database]`, the same with `rediss://` for TLS, and
/// `unix://[[user]:password@]/path[?db=database]`; the port is 6379 and the database 0 unless given. Percent-encoded bytes
/// are decoded in every part.
package struct RedisAddress: Sendable, Equatable, CustomStringConvertible {
    package var endpoint: Endpoint
    /// Whether TLS is spoken.
    package var isEncrypted: Bool
    package var user: String?
    package var password: Secret?
    package var database: Int

    package init(
        endpoint: Endpoint,
        isEncrypted: Bool = false,
        user: String? = nil,
        password: Secret? = nil,
        database: Int = 0
    ) {
        self.endpoint = endpoint
        self.isEncrypted = isEncrypted
        self.user = user
        self.password = password
        self.database = database
    }

    package init(url: String) throws(InvalidAddress) { try self.init(AddressParts(url: url)) }

    init(_ parts: AddressParts) throws(InvalidAddress) {
        let (endpoint, database) =
            switch parts.scheme {
            case .redis, .rediss: try Self.tcp(parts.rest)
            case .unix: try Self.unix(parts.rest)
            case .cluster, .encryptedCluster, .sentinel, .encryptedSentinel:
                throw InvalidAddress("it leads to several servers, and one is meant here; write redis://host:6379")
            }
        self.init(
            endpoint: endpoint,
            isEncrypted: parts.scheme.isEncrypted,
            user: parts.user,
            password: parts.password,
            database: database
        )
    }

    private static func tcp(_ text: Substring) throws(InvalidAddress) -> (Endpoint, Int) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts[0].contains(",") else {
            throw InvalidAddress(
                "several hosts are those of a cluster or of Sentinels; write redis+cluster:// or redis+sentinel://"
            )
        }
        let endpoint = try Endpoint(host: parts[0], port: 6379, example: "redis://host:6379")
        return (endpoint, parts.count == 2 ? try Self.database(parts[1]) : 0)
    }

    private static func unix(_ text: Substring) throws(InvalidAddress) -> (Endpoint, Int) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let endpoint = try Endpoint(path: parts[0])
        guard parts.count == 2 else { return (endpoint, 0) }
        guard parts[1].hasPrefix("db="), parts[1].count > 3 else {
            throw InvalidAddress("what follows '?' is not understood; only ?db=NUMBER may follow a socket's path")
        }
        return (endpoint, try database(parts[1].dropFirst(3)))
    }

    /// - Parameter text: a number; empty for 0.
    /// - Returns: the database.
    /// - Throws: ``InvalidAddress`` if it is not one.
    static func database(_ text: Substring) throws(InvalidAddress) -> Int {
        if text.isEmpty { return 0 }
        guard let number = Int(text), (0...1_000_000).contains(number) else {
            throw InvalidAddress("the database\(InvalidAddress.quoted(text)) is not a number from 0")
        }
        return number
    }

    /// Who we are by the URL; nil if it does not say.
    var credentials: ServerCredentials? { password.map { ServerCredentials(user: user, password: $0) } }

    /// The URL without user and password.
    package var description: String {
        switch endpoint {
        case .tcp: "redis\(isEncrypted ? "s" : "")://\(endpoint)" + (database == 0 ? "" : "/\(database)")
        case .unix: "unix://\(endpoint)" + (database == 0 ? "" : "?db=\(database)")
        }
    }
}
