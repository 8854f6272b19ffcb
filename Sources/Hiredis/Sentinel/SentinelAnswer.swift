/// What Sentinels say of where the primary is.
enum SentinelAnswer {
    /// The question.
    static func question(_ name: String) -> Command { Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name) }

    /// - Parameters:
    ///   - reply: the answer to `question`.
    ///   - set: of which the Sentinel is.
    /// - Returns: where the primary is.
    /// - Throws: ``RedisError`` that says why it is not told, and what to do.
    static func primary(in reply: Reply, for set: SentinelSet) throws(RedisError) -> RedisAddress.Endpoint {
        switch reply {
        case .null:
            let advice = "write the name that stands in 'sentinel monitor' of sentinel.conf"
            throw RedisError(.unsuitable, "it knows no primary of the name '\(set.shownName)': \(advice)")
        case .array(let parts) where parts.count == 2:
            guard let host = parts[0].string, let port = parts[1].string, let endpoint = endpoint(host, port) else {
                throw RedisError(.protocolViolation, "it named something that is no host and port")
            }
            return endpoint
        case .error(let error) where error.message.hasPrefix("ERR unknown command"):
            throw notSentinel
        case .error(let error):
            throw explained(RedisError(error))
        default:
            throw RedisError(.protocolViolation, "it answered something that is not an answer to what was asked")
        }
    }

    /// The channels on which a Sentinel tells of a new primary.
    ///
    /// The one that leads a failover tells of the promotion at once, and of the switch only when all other replicas
    /// follow, which may be seconds later; the other Sentinels tell of the switch alone.
    static let channels = ["+switch-master", "+promoted-slave"]

    /// - Parameters:
    ///   - payload: what a message says: "name old-host old-port new-host new-port" of a switch, and "slave its-name host
    ///     port @ name old-host old-port" of a promotion.
    ///   - channel: one of `channels`.
    ///   - set: of which the Sentinel is.
    /// - Returns: where the primary is now; nil if it is about another one.
    static func newPrimary(
        in payload: String,
        on channel: String,
        for set: SentinelSet
    ) -> RedisAddress.Endpoint? {
        let words = payload.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if channel == channels[0] {
            guard words.count == 5, words[0] == set.primaryName else { return nil }
            return endpoint(words[3], words[4])
        }
        guard words.count == 8, words[4] == "@", words[5] == set.primaryName else { return nil }
        return endpoint(words[2], words[3])
    }

    private static func endpoint(_ host: String, _ port: String) -> RedisAddress.Endpoint? {
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
            let port = Int(port),
            (1...65535).contains(port)
        else { return nil }
        return .tcp(host: host, port: port)
    }

    static let notSentinel = RedisError(
        .unsuitable,
        "it is a Redis and not a Sentinel: give the addresses of Sentinels, or write redis:// for this one"
    )

    /// The same in words that tell the Sentinel's users and passwords from those of the data.
    static func explained(_ error: RedisError) -> RedisError {
        switch error.server?.code {
        case "NOAUTH":
            error.saying("it asks for a password: give sentinel-password in the address, or sentinelCredentials")
        case "WRONGPASS":
            error.saying(
                "the Sentinel refuses the user or the password, which are not those of the data: "
                    + "see sentinel-user and sentinel-password in the address, or sentinelCredentials"
            )
        case "NOPERM":
            error.saying("the Sentinel's user has not all rights that it takes: add \(rights) to its ACL")
        default: error
        }
    }

    private static let rights =
        "+hello +auth +client|setname +ping +subscribe +sentinel|get-master-addr-by-name "
        + channels.map { "&" + $0 }.joined(separator: " ")
}
