import Foundation
import TestSupport
import Testing
import Weir

/// A bad day of a real Redis: what happens to it, and how that ends.
struct Hardship: Sendable, CustomTestStringConvertible {
    /// The first cell of the row in the table "When Redis fails".
    let name: String
    let begin: @Sendable (RedisServer) async throws -> Void
    let end: @Sendable (RedisServer) async throws -> Void
    /// Long where the answer comes by itself, short where it is the deadline that answers.
    let deadline: Duration

    init(
        _ name: String,
        deadline: Duration = .seconds(20),
        begin: @escaping @Sendable (RedisServer) async throws -> Void,
        end: @escaping @Sendable (RedisServer) async throws -> Void
    ) {
        self.name = name
        self.deadline = deadline
        self.begin = begin
        self.end = end
    }

    var testDescription: String { name }

    /// It asks for replicas when a command writes, but not when a script does.
    static let unnoticedByRedis6 = "it lacks replicas (`NOREPLICAS`)"

    static let all: [Hardship] = [
        Hardship("its scripts are gone (`NOSCRIPT`)") { server in
            try server.command("SCRIPT", "FLUSH")
        } end: { _ in
        },
        Hardship("it is full (`OOM`)") { server in
            try server.command("CONFIG", "SET", "maxmemory", "1")
        } end: { server in
            try server.command("CONFIG", "SET", "maxmemory", "0")
        },
        Hardship("it loads its data (`LOADING`)") { server in
            // So much that Redis 6 answers meanwhile, too: it does so after every two megabytes.
            try server.command("CONFIG", "SET", "rdbcompression", "no")
            try server.command("DEBUG", "POPULATE", "3000", "filler", "10000")
            try server.command("CONFIG", "SET", "key-load-delay", "2000")
            if RedisServer.majorVersion >= 7 {
                try server.command("CONFIG", "SET", "loading-process-events-interval-bytes", "1024")
            }
            try server.inBackground("DEBUG", "RELOAD")
            try await server.isToldEventually("LOADING")
        } end: { server in
            try await server.isToldEventually("0")
            try server.command("CONFIG", "SET", "key-load-delay", "0")
        },
        Hardship("a script of somebody else's blocks it (`BUSY`)") { server in
            try server.command("CONFIG", "SET", "lua-time-limit", "20")
            try server.inBackground("EVAL", "while true do end", "0")
            try await server.isToldEventually("BUSY")
        } end: { server in
            try server.command("SCRIPT", "KILL")
        },
        Hardship("its disk is full (`MISCONF`)") { server in
            // A snapshot that cannot take its place, for there is a folder with something in it.
            let obstacle = server.directory.appending(path: "dump.rdb/x")
            try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: true)
            try server.command("CONFIG", "SET", "save", "3600 1")
            try server.command("BGSAVE")
            _ = try await eventually { try server.command("INFO", "persistence").contains("bgsave_status:err") }
        } end: { server in
            try FileManager.default.removeItem(at: server.directory.appending(path: "dump.rdb"))
            try server.command("CONFIG", "SET", "save", "")
        },
        Hardship(unnoticedByRedis6) { server in
            try server.command("CONFIG", "SET", "min-replicas-to-write", "1")
        } end: { server in
            try server.command("CONFIG", "SET", "min-replicas-to-write", "0")
        },
        Hardship("it became a replica (`READONLY`)", deadline: .milliseconds(500)) { server in
            try server.command("REPLICAOF", "127.0.0.1", "1")
        } end: { server in
            try server.command("REPLICAOF", "NO", "ONE")
        },
        Hardship("it is a replica without its primary (`MASTERDOWN`)", deadline: .milliseconds(500)) { server in
            try server.command("CONFIG", "SET", "replica-serve-stale-data", "no")
            try server.command("REPLICAOF", "127.0.0.1", "1")
        } end: { server in
            try server.command("REPLICAOF", "NO", "ONE")
        },
        Hardship("a right was taken away (`NOPERM`)") { server in
            try server.command("ACL", "SETUSER", "weir", "-evalsha")
        } end: { server in
            try server.command("ACL", "SETUSER", "weir", "+evalsha")
        },
        Hardship("a right within the script was taken away") { server in
            try server.command("ACL", "SETUSER", "weir", "-setrange")
        } end: { server in
            try server.command("ACL", "SETUSER", "weir", "+setrange")
        },
        Hardship("the password was changed (`WRONGPASS`)", deadline: .milliseconds(500)) { server in
            try server.command("ACL", "SETUSER", "weir", "resetpass", ">other")
            try server.command("CLIENT", "KILL", "USER", "weir")
        } end: { server in
            try server.command("ACL", "SETUSER", "weir", "resetpass", ">\(RedisServer.password)")
        },
        Hardship("it has too many clients", deadline: .milliseconds(500)) { server in
            for _ in 0..<2 { try server.inBackground("SUBSCRIBE", "held") }
            _ = try await eventually { try server.command("PUBSUB", "NUMSUB", "held").hasSuffix("2") }
            // Both over one connection: the next one has no room.
            let lines = "CONFIG SET maxclients 2\nCLIENT KILL USER weir"
            _ = try Tool.run("bash", ["-c", "printf '\(lines)\n' | redis-cli -s \(server.socket)"])
        } end: { server in
            server.endBackground()
            _ = try await eventually { (try? server.command("CONFIG", "SET", "maxclients", "100")) == "OK" }
        },
        Hardship("it does not answer (stopped, or the network swallows everything)", deadline: .milliseconds(500)) {
            server in
            server.stopForAWhile()
        } end: { server in
            server.goOn()
        },
        Hardship("it is gone", deadline: .milliseconds(500)) { server in
            server.kill()
        } end: { server in
            try server.start()
        },
    ]
}

extension RedisServer {
    /// Waits until an ordinary command is answered with an error of a kind, or with an answer that begins so.
    fileprivate func isToldEventually(_ beginning: String) async throws {
        _ = try await eventually { try command("EXISTS", "nothing").hasPrefix(beginning) }
    }
}
