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
        try await OwnThread.run { [location] in
            switch location {
            case .server(let address): return MeasuredServers([address])
            case .sentinels(let sentinels):
                let locator = SentinelLocator(sentinels, options: ConnectionOptions())
                return MeasuredServers([try locator.locate(before: .now + Self.patience)])
            case .cluster(let seeds): return MeasuredServers(try Self.primaries(knownBy: seeds))
            }
        }
    }

    private static let patience = Duration.seconds(5)

    /// The primaries of a cluster that have slots, as the first server that answers sees them.
    private static func primaries(knownBy seeds: [RedisAddress]) throws -> [RedisAddress] {
        var reasons: [String] = []
        for seed in seeds {
            do throws(RedisError) {
                let reply = try BlockingConnection(address: seed).reply(to: Command("CLUSTER", "SLOTS"))
                if let primaries = SlotMap(reply, from: seed)?.primaries, !primaries.isEmpty { return primaries }
                let reason = if case .error(let error) = reply { error.message } else { "it knows of no slots" }
                reasons.append("\(seed): \(reason)")
            } catch {
                reasons.append("\(seed): \(error.message)")
            }
        }
        throw Failure(
            description: "no server tells who has the slots of the cluster: \(reasons.joined(separator: "; "))"
        )
    }
}
