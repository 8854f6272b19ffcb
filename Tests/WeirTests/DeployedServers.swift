import Foundation
import LocalServers
import TestSupport

/// Servers that run with the settings of `deploy/`, in a directory of their own, gone when it is released.
final class DeployedServers: Sendable {
    let directory: URL
    /// The port of the first one.
    let first: Int
    let isEncrypted: Bool

    /// Prepares what the settings name: the users, and with TLS a certificate.
    ///
    /// - Parameters:
    ///   - users: the files with the users.
    ///   - isEncrypted: whether the lines for TLS are to hold.
    /// - Throws: if a file cannot be read or written.
    init(users: [String], isEncrypted: Bool) throws {
        self.isEncrypted = isEncrypted
        first = try ClusterPort.free(inARow: 6)
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let administrator = "user operator on >\(RedisServer.password) allkeys allchannels allcommands\n"
        let lines = try users.map { try Repository.text($0) }.joined() + administrator
        try lines.write(to: directory.appending(path: "users.acl"), atomically: true, encoding: .utf8)
        guard isEncrypted else { return }
        // It is its own authority, and good for servers and clients.
        let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=weir"
        let files = ["-keyout", "redis.key", "-out", "redis.crt", "-addext", "subjectAltName=IP:127.0.0.1"]
        _ = try Tool.run("openssl", request.split(separator: " ").map(String.init) + files, in: directory)
    }

    deinit {
        for port in first..<first + 6 { try? kill(port) }
        try? FileManager.default.removeItem(at: directory)
    }

    /// Starts a server with the settings of a file, which are changed in what they leave open and in nothing else.
    ///
    /// - Parameters:
    ///   - page: the file.
    ///   - number: its place among the servers, from 0 on.
    ///   - isReplica: whether it begins as a replica of the first.
    ///   - words: further arguments.
    /// - Throws: if it does not start.
    func start(_ page: String, _ number: Int, isReplica: Bool = false, _ words: String...) throws {
        let (port, home) = (first + number, directory.appending(path: "\(first + number)"))
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        var settings = [
            "s#10.0.0.[12]1 127.0.0.1#127.0.0.1#", "s#10.0.0.11 6379#127.0.0.1 \(first)#", "s#10.0.0.[12]1#127.0.0.1#",
            "s#/etc/redis/users.acl#\(directory.path)/users.acl#", "s#/var/lib/redis#\(home.path)#",
        ]
        if isReplica { settings.append("s/^# replicaof /replicaof /") }
        if isEncrypted {
            settings += [
                "/^port /d", "s/^# \\(tls-[a-z-]* [^ ]*\\)$/\\1/", "s/^# port 0$/port 0/",
                "s#/etc/redis/tls/ca.crt#\(directory.path)/redis.crt#", "s#/etc/redis/tls/#\(directory.path)/#",
            ]
        }
        settings.append("s/^\\(tls-\\)\\?port 2\\?6379$/\\1port \(port)/")
        let text = try Tool.run("sed", settings.flatMap { ["-e", $0] } + [Repository.root.appending(path: page).path])
        let file = home.appending(path: "redis.conf")
        try (text + "\n").write(to: file, atomically: true, encoding: .utf8)
        let place = ["--daemonize", "yes", "--pidfile", "\(home.path)/pid", "--logfile", "\(home.path)/log"]
        let line = "\(TriedServers.closingTheRest)\nexec redis-server \"$@\""
        _ = try Tool.run("bash", ["-c", line, "bash", file.path] + words + place)
    }

    /// Ends a server as a failure of its host would.
    func kill(_ port: Int) throws {
        let process = try String(contentsOf: directory.appending(path: "\(port)/pid"), encoding: .utf8)
        if let number = Int32(process.trimmingCharacters(in: .newlines)) { Foundation.kill(number, SIGKILL) }
    }

    /// What redis-cli prints, for a user.
    func ask(_ port: Int, as user: String = "operator", _ words: String...) throws -> String {
        try Tool.run("redis-cli", ["-p", "\(port)"] + options(user) + words)
    }

    /// How redis-cli introduces itself.
    func options(_ user: String = "operator") -> [String] {
        let tls = ["--tls", "--cacert", directory.appending(path: "redis.crt").path]
        return (isEncrypted ? tls : []) + ["--user", user, "--pass", RedisServer.password, "--no-auth-warning"]
    }
}
