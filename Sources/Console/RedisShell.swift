package import Hiredis

/// How redis-cli reaches the Redis of an address, for people to type.
package struct RedisShell: Sendable {
    /// What a line begins with.
    package let command: String
    /// What is to be known before `--scan`, as a comment of the shell; empty if nothing.
    package let remarkOnScan: String

    /// - Parameter url: of one server, of Sentinels, the first of which is asked for the primary, or of a cluster.
    /// - Throws: ``InvalidAddress`` if it makes no sense.
    package init(url: String) throws(InvalidAddress) {
        let user: String?
        var isCluster = false
        switch try RedisLocation(url: url) {
        case .server(let address):
            user = address.user
            command = Self.command(for: address)
        case .cluster(let seeds):
            user = seeds[0].user
            isCluster = true
            command = Self.command(for: seeds[0], "-c")
        case .sentinels(let set):
            user = set.user
            let name = "SENTINEL GET-MASTER-ADDR-BY-NAME \(Self.quoted(set.primaryName))"
            let place = "$(\(Self.command(for: set.sentinels[0])) \(name) | paste -sd:)"
            let who = Self.identity(set.user, set.password)
            // The shell leaves everything else between these quotes as it is, for it is percent-encoded.
            let target = Self.url(set.isEncrypted, who, place, set.database)
            command = (["redis-cli"] + Self.silence(who) + ["-u \"\(target)\""]).joined(separator: " ")
        }
        let remarks = [isCluster ? "the keys of one server" : nil, user == nil ? nil : "the user needs +scan too"]
        let said = remarks.compactMap(\.self).joined(separator: "; ")
        remarkOnScan = said.isEmpty ? "" : "    # \(said)"
    }

    private static func command(for address: RedisAddress, _ options: String...) -> String {
        var words = ["redis-cli"] + options
        switch address.endpoint {
        case .tcp:
            let who = identity(address.user, address.password)
            let target = url(address.isEncrypted, who, address.endpoint.description, address.database)
            words += silence(who) + ["-u '\(target)'"]
        case .unix(let path):
            if let password = address.password {
                words += ["--no-auth-warning", "--user \(quoted(address.user ?? nobody))"]
                words.append("--pass \(quoted(String(decoding: password.bytes, as: UTF8.self)))")
            }
            words.append("-s \(quoted(path))")
            if address.database != 0 { words.append("-n \(address.database)") }
        }
        return words.joined(separator: " ")
    }

    /// Whom Redis means by a password alone; redis-cli takes a user that is left out of a URL for one without a name.
    private static let nobody = "default"

    /// What stands before the host of a URL.
    private static func identity(_ user: String?, _ password: Secret?) -> String {
        guard let password else { return "" }
        let text = String(decoding: password.bytes, as: UTF8.self)
        return "\(PercentEncoding.encoded(user ?? nobody)):\(PercentEncoding.encoded(text))@"
    }

    /// Who types a password knows that others may see it.
    private static func silence(_ identity: String) -> [String] { identity.isEmpty ? [] : ["--no-auth-warning"] }

    private static func url(_ isEncrypted: Bool, _ identity: String, _ place: String, _ database: Int) -> String {
        "redis\(isEncrypted ? "s" : "")://\(identity)\(place)" + (database == 0 ? "" : "/\(database)")
    }

    /// One word of the shell, whatever is in it.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
