/// The state of Redis, as the instance sees it.
struct LiveRedis: Codable, Sendable {
    struct Server: Codable, Sendable {
        var version: String
        var role: String
        var usedMemory: Int
        /// Zero where none is set.
        var memoryLimit: Int
        var clients: Int
        var commandsPerSecond: Int
        /// Keys that were thrown away for want of room: with a limiter's settings always zero.
        var evictedKeys: Int
    }

    /// In a word, such as `ready`.
    var state: String
    var servers: [Server]
}

extension LiveRedis.Server {
    /// What a server says of itself in `INFO`.
    init(_ information: [String: String]) {
        func number(_ name: String) -> Int { information[name].flatMap { Int($0) } ?? 0 }
        version = information["redis_version"] ?? "?"
        role = information["role"] ?? "?"
        usedMemory = number("used_memory")
        memoryLimit = number("maxmemory")
        clients = number("connected_clients")
        commandsPerSecond = number("instantaneous_ops_per_sec")
        evictedKeys = number("evicted_keys")
    }
}
