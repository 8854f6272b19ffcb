/// What stands behind the `?` of a Sentinel address: how the Sentinels themselves are talked to.
struct SentinelQuery {
    private enum Name: String, CaseIterable {
        case user = "sentinel-user"
        case password = "sentinel-password"
        case tls = "sentinel-tls"
    }

    private(set) var user: String?
    private(set) var password: Secret?
    private(set) var isEncrypted = false

    /// - Parameter text: `name=value`, separated by `&`.
    /// - Throws: ``InvalidAddress`` that quotes no value, nor a name that is not known, for it may be a password.
    init(_ text: Substring) throws(InvalidAddress) {
        var values: [Name: String] = [:]
        for part in text.split(separator: "&", omittingEmptySubsequences: false) where !text.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let name = Name(rawValue: String(sides[0])) else {
                let names = "sentinel-user=…, sentinel-password=… and sentinel-tls=yes"
                throw InvalidAddress("what follows '?' is not understood; \(names) may, separated by '&'")
            }
            guard values[name] == nil else { throw InvalidAddress("\(name.rawValue) stands there twice") }
            values[name] = try PercentEncoding.decoded(sides[1], as: name.rawValue)
        }
        guard values[.tls] == nil || values[.tls] == "yes" else {
            throw InvalidAddress("sentinel-tls is something other than yes; leave it out for Sentinels without TLS")
        }
        isEncrypted = values[.tls] == "yes"
        for name in [Name.user, .password] where values[name]?.isEmpty == true {
            throw InvalidAddress("\(name.rawValue) is empty; leave it out if the Sentinels want none")
        }
        user = values[.user]
        password = values[.password].map { Secret($0) }
        if user != nil && password == nil {
            throw InvalidAddress("there is a sentinel-user and no sentinel-password; give both, or neither")
        }
    }
}
