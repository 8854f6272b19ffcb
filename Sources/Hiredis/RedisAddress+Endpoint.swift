extension RedisAddress {
    /// Where a server is.
    package enum Endpoint: Sendable, Hashable, CustomStringConvertible {
        case tcp(host: String, port: Int)
        case unix(path: String)

        /// The longest path that fits a `sockaddr_un`; hiredis 0.14 would cut a longer one without a word.
        private static let longestPath = 107

        /// - Parameters:
        ///   - text: a name or an address, an IPv6 address in brackets, and perhaps a port.
        ///   - defaultPort: if it names none.
        ///   - example: what to write, for the error.
        /// - Throws: ``InvalidAddress`` if it makes no sense.
        init(host text: Substring, port defaultPort: Int, example: String) throws(InvalidAddress) {
            var (host, port) = (text, defaultPort)
            // An IPv6 address stands in brackets, so its own colons are not taken for the port's.
            let afterAddress = host.lastIndex(of: "]") ?? host.startIndex
            if let colon = host[afterAddress...].lastIndex(of: ":") {
                let digits = host[host.index(after: colon)...]
                guard let number = Int(digits), (1...65535).contains(number) else {
                    throw InvalidAddress("the port\(InvalidAddress.quoted(digits)) is not a number from 1 to 65535")
                }
                port = number
                host = host[..<colon]
            }
            if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            let name = try PercentEncoding.decoded(host, as: "host")
            guard !name.isEmpty else { throw InvalidAddress("it has no host; write \(example)") }
            self = .tcp(host: name, port: port)
        }

        /// - Parameter text: an absolute path.
        /// - Throws: ``InvalidAddress`` if it makes no sense.
        init(path text: Substring) throws(InvalidAddress) {
            let path = try PercentEncoding.decoded(text, as: "path")
            guard path.hasPrefix("/"), path.utf8.count > 1 else {
                throw InvalidAddress("a socket needs an absolute path; write unix:///path/to/socket")
            }
            guard path.utf8.count <= Self.longestPath else {
                throw InvalidAddress(
                    "a socket's path has at most \(Self.longestPath) bytes, this one \(path.utf8.count)"
                )
            }
            self = .unix(path: path)
        }

        /// As it stands in an address.
        package var description: String {
            switch self {
            case .tcp(let host, let port) where host.contains(":"):
                "[\(PercentEncoding.encoded(host, besides: ":"))]:\(port)"
            case .tcp(let host, let port): "\(PercentEncoding.encoded(host)):\(port)"
            case .unix(let path): PercentEncoding.encoded(path, besides: "/@:")
            }
        }
    }
}
