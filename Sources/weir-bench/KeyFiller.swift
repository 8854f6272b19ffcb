import Foundation
import Hiredis
import LocalServers
import LuaScripts
import Weir

/// Puts keys into the server before something is measured, and tells what they take.
struct KeyFiller {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let connection: BlockingConnection
    private let server: PrivateRedis
    /// The digest of the script that copies a key with its expiry.
    private let copies: String

    /// So few that the script ends long before the connection gives up.
    private static let copiesAtOnce = 20_000

    init(server: PrivateRedis) throws {
        self.server = server
        connection = try server.connection()
        copies = try connection.load(
            """
            for number = tonumber(ARGV[3]), tonumber(ARGV[4]) do
              local key = ARGV[1] .. number .. ARGV[2]
              if key ~= KEYS[1] then redis.call('COPY', KEYS[1], key) end
            end
            """
        )
        _ = try connection.load(String(decoding: Scripts.acquire, as: UTF8.self))
    }

    /// The key under which a limiter of the one rule keeps its window for a descriptor.
    static func key(of rule: Rule, for descriptor: Descriptor) -> [UInt8] {
        let configuration = RateLimiter.Configuration()
        let scheme = KeyScheme(prefix: configuration.keyPrefix, secret: Array(configuration.keySecret.utf8))
        return scheme.key(rule: rule.name, scope: rule.scope, shared: rule.scope[0], descriptor: descriptor)
    }

    /// Removes all keys, and waits until their memory has been given back, so that nothing measured pays for it.
    func empty() throws {
        _ = try connection.reply(to: Command("FLUSHALL", "ASYNC"))
        while let pending = Int(try connection.info("memory", "lazyfree_pending_objects")), pending > 0 {
            usleep(10_000)
        }
    }

    /// Fills one window as a busy service would have: with charges at times before now, which the script takes in tests.
    func fill(_ key: [UInt8], with window: WindowFill) throws {
        let now = Int(Date().timeIntervalSince1970 * 1_000_000)
        for call in window.calls(for: key, until: now) {
            if case .error(let error) = try connection.reply(to: call) {
                throw Failure(description: "a window could not be filled: \(error.message)")
            }
        }
    }

    /// Copies a key to the first `count` of others; it may be one of them itself.
    func copy(_ key: String, to keys: NumberedKeys, count: Int) throws {
        for first in stride(from: 0, to: count, by: Self.copiesAtOnce) {
            let last = min(first + Self.copiesAtOnce, count) - 1
            let call = Command("EVALSHA", copies, "1", key, keys.before, keys.after, "\(first)", "\(last)")
            if case .error(let error) = try connection.reply(to: call) { throw Failure(description: error.message) }
        }
    }

    /// `MEMORY USAGE` of a key.
    func bytes(of key: String) throws -> Int {
        if case .integer(let bytes) = try connection.reply(to: Command("MEMORY", "USAGE", key, "SAMPLES", "0")) {
            bytes
        } else {
            0
        }
    }
}
