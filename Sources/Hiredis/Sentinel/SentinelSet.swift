/// Sentinels that know where the primary is, and who we are there, read from a URL.
///
/// `redis+sentinel://[[user]:password@]host[:port],host[:port]…/primary-name[/database]`, the same with
/// `rediss+sentinel://` for TLS with the servers that have the data. The user and the password are those of these servers.
/// The port is 26379 and the database 0 unless given. `?sentinel-user=…&sentinel-password=…` says who we are for the
/// Sentinels, `sentinel-tls=yes` that TLS is spoken with them too.
package struct SentinelSet: Sendable, Equatable, CustomStringConvertible {
    /// Where the Sentinels are and who we are there, in the order of the URL.
    package var sentinels: [RedisAddress]
    /// What they call the primary and its replicas.
    package var primaryName: String
    /// Whether TLS is spoken with the primary.
    package var isEncrypted: Bool
    /// Who we are for the primary.
    package var user: String?
    package var password: Secret?
    package var database: Int

    package init(
        sentinels: [RedisAddress],
        primaryName: String,
        isEncrypted: Bool = false,
        user: String? = nil,
        password: Secret? = nil,
        database: Int = 0
    ) {
        self.sentinels = sentinels
        self.primaryName = primaryName
        self.isEncrypted = isEncrypted
        self.user = user
        self.password = password
        self.database = database
    }

    init(_ parts: AddressParts) throws(InvalidAddress) {
        let sections = parts.rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = try SentinelQuery(sections.count == 2 ? sections[1] : "")
        let path = sections[0].split(separator: "/", omittingEmptySubsequences: false)
        guard path.count >= 2, !path[1].isEmpty else {
            let example = "\(parts.scheme.rawValue)://host:26379,host:26379/primary-name"
            throw InvalidAddress("it does not say what the Sentinels call the primary; write \(example)")
        }
        guard path.count <= 3 else {
            throw InvalidAddress("only a database may follow the primary's name; a '/' in the name is written %2F")
        }
        self.init(
            sentinels: try parts.servers(in: path[0], port: 26379).map { endpoint in
                RedisAddress(
                    endpoint: endpoint,
                    isEncrypted: query.isEncrypted,
                    user: query.user,
                    password: query.password
                )
            },
            primaryName: try PercentEncoding.decoded(path[1], as: "primary's name"),
            isEncrypted: parts.scheme.isEncrypted,
            user: parts.user,
            password: parts.password,
            database: path.count == 3 ? try RedisAddress.database(path[2]) : 0
        )
    }

    /// The address of the primary, once it is known where that is.
    func primary(at endpoint: RedisAddress.Endpoint) -> RedisAddress {
        RedisAddress(
            endpoint: endpoint,
            isEncrypted: isEncrypted,
            user: user,
            password: password,
            database: database
        )
    }

    /// The primary's name as it may stand in an error or a log.
    var shownName: String { PercentEncoding.encoded(String(primaryName.prefix(64))) }

    /// The URL without users and passwords.
    package var description: String {
        let hosts = sentinels.map(\.endpoint.description).joined(separator: ",")
        let name = PercentEncoding.encoded(primaryName)
        let place = "redis\(isEncrypted ? "s" : "")+sentinel://\(hosts)/\(name)" + (database == 0 ? "" : "/\(database)")
        return place + (sentinels.contains { $0.isEncrypted } ? "?sentinel-tls=yes" : "")
    }
}
