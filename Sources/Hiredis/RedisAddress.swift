/// Where a server is and who we are there, read from a URL.
///
/// `redis://[[user]:password@]host[:port][/database]`, the same with `rediss://` for TLS, and
/// `unix://[[user]:password@]/path[?db=database]`; the port is 6379 and the database 0 unless given. Percent-encoded bytes
/// are decoded in every part.
package struct RedisAddress: Sendable, Equatable, CustomStringConvertible {
    package enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package var endpoint: Endpoint
    /// Whether TLS is spoken.
    package var isEncrypted: Bool
    package var user: String?
    package var password: Secret?
    package var database: Int

    /// The longest path that fits a `sockaddr_un`; hiredis 0.14 would cut a longer one without a word.
    private static let longestPath = 107

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

    package init(url: String) throws(InvalidAddress) {
        guard let separator = url.firstRange(of: "://") else {
            throw InvalidAddress("it has no scheme; write redis://host:6379 or unix:///path/to/socket")
        }
        let scheme = url[..<separator.lowerBound].lowercased()
        var rest = url[separator.upperBound...]
        var credentials: Substring?
        if scheme == "unix" {
            // What stands before a path is told from an "@" within it by the slash that follows.
            if !rest.hasPrefix("/"), let end = rest.firstRange(of: "@/") {
                credentials = rest[..<end.lowerBound]
                rest = rest[rest.index(after: end.lowerBound)...]
            }
        } else if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            if credentials?.contains("/") == true {
                throw InvalidAddress("a '/' in the user or the password is written %2F")
            }
        }
        isEncrypted = scheme == "rediss"
        switch scheme {
        case "redis", "rediss": (endpoint, database) = try Self.tcp(rest)
        case "unix": (endpoint, database) = try Self.unix(rest)
        // It is not quoted: a user and a password may stand before it by mistake.
        default: throw InvalidAddress("the scheme is not one of redis, rediss and unix")
        }
        guard let credentials else { return }
        let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = try Self.decoded(parts[0], "user")
        user = name.isEmpty ? nil : name
        if parts.count == 2 { password = Secret(try Self.decoded(parts[1], "password")) }
        if user != nil && password == nil {
            throw InvalidAddress("it names a user but no password; write redis://user:password@host")
        }
    }

    private static func tcp(_ text: Substring) throws(InvalidAddress) -> (Endpoint, Int) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var host = parts[0]
        var port = 6379
        // An IPv6 address stands in brackets, so its own colons are not taken for the port's.
        let afterAddress = host.lastIndex(of: "]") ?? host.startIndex
        if let colon = host[afterAddress...].lastIndex(of: ":") {
            let digits = host[host.index(after: colon)...]
            guard let number = Int(digits), (1...65535).contains(number) else {
                throw InvalidAddress("the port\(quoted(digits)) is not a number from 1 to 65535")
            }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let name = try decoded(host, "host")
        guard !name.isEmpty else { throw InvalidAddress("it has no host; write redis://host:6379") }
        let database = parts.count == 2 && !parts[1].isEmpty ? try number(parts[1]) : 0
        return (.tcp(host: name, port: port), database)
    }

    private static func unix(_ text: Substring) throws(InvalidAddress) -> (Endpoint, Int) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = try decoded(parts[0], "path")
        guard path.hasPrefix("/"), path.utf8.count > 1 else {
            throw InvalidAddress("a socket needs an absolute path; write unix:///path/to/socket")
        }
        guard path.utf8.count <= longestPath else {
            throw InvalidAddress("a socket's path has at most \(longestPath) bytes, this one \(path.utf8.count)")
        }
        guard parts.count == 2 else { return (.unix(path: path), 0) }
        guard parts[1].hasPrefix("db=") else {
            throw InvalidAddress("what follows '?' is not understood; only ?db=NUMBER may follow a socket's path")
        }
        return (.unix(path: path), try number(parts[1].dropFirst(3)))
    }

    private static func number(_ text: Substring) throws(InvalidAddress) -> Int {
        guard let number = Int(text), (0...1_000_000).contains(number) else {
            throw InvalidAddress("the database\(quoted(text)) is not a number from 0")
        }
        return number
    }

    /// A number is quoted; anything else may be a password that lost its way.
    private static func quoted(_ text: Substring) -> String {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? " '\(text)'" : ""
    }

    private static func decoded(_ text: Substring, _ part: String) throws(InvalidAddress) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw InvalidAddress("the \(part) has a '%' that two hexadecimal digits do not follow")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(0) else { throw InvalidAddress("the \(part) holds a NUL byte") }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw InvalidAddress("the \(part) is not UTF-8")
        }
        return decoded
    }

    /// Who we are by the URL; nil if it does not say.
    var credentials: ServerCredentials? { password.map { ServerCredentials(user: user, password: $0) } }

    /// The URL without user and password.
    package var description: String {
        switch endpoint {
        case .tcp(let host, let port):
            let name = host.contains(":") ? "[\(host)]" : host
            return "redis\(isEncrypted ? "s" : "")://\(name):\(port)" + (database == 0 ? "" : "/\(database)")
        case .unix(let path):
            return "unix://\(path)" + (database == 0 ? "" : "?db=\(database)")
        }
    }
}
