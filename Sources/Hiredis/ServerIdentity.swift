/// What a server says of itself when it is greeted with `HELLO`.
struct ServerIdentity: Sendable, Equatable {
    let version: String
    let mode: String
    let role: String

    /// Commands and options that scripts need came with this one.
    private static let oldest = (major: 6, minor: 2)

    /// Nil if the reply is not one to `HELLO`: a proxy may answer something of its own.
    init?(_ reply: Reply) {
        guard case .array(let parts) = reply else { return nil }
        func field(_ name: String) -> String {
            let place = stride(from: 0, to: parts.count - 1, by: 2).first { parts[$0].string == name }
            return place.flatMap { parts[$0 + 1].string } ?? ""
        }
        guard ["redis", "valkey"].contains(field("server")) else { return nil }
        version = field("version")
        mode = field("mode")
        role = field("role")
    }

    /// Why the server cannot be used.
    ///
    /// - Parameters:
    ///   - adviceOnReplica: what to do about a replica; nil if one will do.
    ///   - acceptsSentinel: whether a Sentinel will do.
    ///   - acceptsCluster: whether a server of a cluster will do.
    /// - Returns: the reason; nil if it can be used.
    func objection(adviceOnReplica: String?, acceptsSentinel: Bool, acceptsCluster: Bool) -> RedisError? {
        let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        if numbers.count == 2, (numbers[0], numbers[1]) < (Self.oldest.major, Self.oldest.minor) {
            return .tooOld
        }
        if isSentinel && !acceptsSentinel {
            let advice = "give the address of the Redis itself, or write redis+sentinel://host:port/primary-name"
            return RedisError(.unsuitable, "this is a Sentinel, not a Redis; \(advice)")
        }
        if mode == "cluster" && !acceptsCluster {
            let advice = "write redis+cluster:// in place of redis://, or counts of most owners are not here"
            return RedisError(.unsuitable, "this is a server of a cluster; \(advice)")
        }
        if let adviceOnReplica, role == "replica" || role == "slave" {
            return RedisError(.refused, "this Redis is a replica and cannot be written to; \(adviceOnReplica)")
        }
        return nil
    }

    var isSentinel: Bool { mode == "sentinel" }
}

extension RedisError {
    /// A server without the commands and options that scripts need.
    package static let tooOld = RedisError(.unsuitable, "the server is too old: Redis 6.2 or later is needed")
}
