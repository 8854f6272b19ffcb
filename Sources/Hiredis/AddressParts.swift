/// An address in the parts that every kind of it has.
struct AddressParts {
    let scheme: AddressScheme
    let user: String?
    let password: Secret?
    /// What follows: hosts or a path, and what is said of them.
    let rest: Substring

    init(url: String) throws(InvalidAddress) {
        guard let separator = url.firstRange(of: "://") else {
            throw InvalidAddress("it has no scheme; write redis://host:6379 or unix:///path/to/socket")
        }
        scheme = try AddressScheme(url[..<separator.lowerBound])
        var rest = url[separator.upperBound...]
        var credentials: Substring?
        if scheme == .unix {
            // What stands before a path is told from an "@" within it by the slash that follows.
            if !rest.hasPrefix("/"), let end = rest.firstRange(of: "@/") {
                credentials = rest[..<end.lowerBound]
                rest = rest[rest.index(after: end.lowerBound)...]
            }
        } else if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            if credentials?.contains("/") == true {
                let isSentinel = scheme == .sentinel || scheme == .encryptedSentinel
                let more = isSentinel ? ", and an '@' behind the hosts %40" : ""
                throw InvalidAddress("a '/' in the user or the password is written %2F\(more)")
            }
        }
        self.rest = rest
        (user, password) = try credentials.map { text throws(InvalidAddress) in try Self.identity(text) } ?? (nil, nil)
    }

    private static func identity(_ text: Substring) throws(InvalidAddress) -> (String?, Secret?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = try PercentEncoding.decoded(parts[0], as: "user")
        let password = parts.count == 2 ? Secret(try PercentEncoding.decoded(parts[1], as: "password")) : nil
        if !name.isEmpty && password == nil {
            throw InvalidAddress("it names a user but no password; write redis://user:password@host")
        }
        return (name.isEmpty ? nil : name, password)
    }

    /// The servers that stand in a list, separated by commas, each once.
    ///
    /// - Parameters:
    ///   - text: the list.
    ///   - port: of those that name none.
    /// - Returns: one server at least.
    /// - Throws: ``InvalidAddress`` if one is missing, makes no sense, or stands there twice.
    func servers(in text: Substring, port: Int) throws(InvalidAddress) -> [RedisAddress.Endpoint] {
        var found: [RedisAddress.Endpoint] = []
        var seen: Set<String> = []
        let example = "\(scheme.rawValue)://host:\(port),host:\(port)"
        for host in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard !host.isEmpty || text.isEmpty else {
                throw InvalidAddress("there is no host before, between or behind the commas; write \(example)")
            }
            let endpoint = try RedisAddress.Endpoint(host: host, port: port, example: example)
            guard seen.insert(endpoint.description.lowercased()).inserted else {
                throw InvalidAddress("the same host and port stand there twice; name each once")
            }
            found.append(endpoint)
        }
        return found
    }
}
