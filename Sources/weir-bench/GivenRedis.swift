import Hiredis
import LocalServers

/// A Redis that somebody has given us to measure: others may keep data there.
struct GivenRedis: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// With user and password, so not to be shown.
    let url: String
    let location: RedisLocation
    /// What all keys of this run begin with, and no other keys.
    let keyPrefix: String

    init(url: String) throws(InvalidAddress) {
        self.url = url
        location = try RedisLocation(url: url)
        let digits = String(UInt32.random(in: 0..<1 << 20), radix: 16)
        keyPrefix = "weir-bench-" + String(repeating: "0", count: 5 - digits.count) + digits
    }

    var isCluster: Bool {
        if case .cluster = location { true } else { false }
    }

    /// What whoever has given it wants to know before anything is written.
    var notice: String {
        """
        \(location): this keeps its servers as busy as it can, and writes keys that begin with \(keyPrefix): alone. It \
        removes them again, and nothing else; what it cannot remove expires within an hour or so. Weir's scripts stay in \
        Redis' cache of scripts, as after any limiter.
        """
    }

    /// What is not measured here, and why.
    var omissions: [String] {
        let scripts =
            "raw/evalsha-noop, raw/blocking-evalsha, script/*: their scripts would stay in Redis' cache of scripts"
        let raw = "raw/*, script/*: hiredis alone does not know which server of a cluster has which key"
        return [
            isCluster ? raw : scripts,
            "weir/tcp, weir/tls: the address says how Redis is reached",
            "memory: it takes a Redis that can be emptied",
        ]
    }

    /// The servers that take writes, as they are now.
    func servers() async throws -> MeasuredServers {
        try await OwnThread.run { [location] in MeasuredServers(try DataServers(location).addresses()) }
    }
}
