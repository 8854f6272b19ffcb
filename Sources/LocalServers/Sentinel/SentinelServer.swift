internal import Foundation
package import Hiredis

/// A `redis-server --sentinel` of ``PrivateSentinels``.
package final class SentinelServer: Sendable {
    /// Where it is, and how others know it.
    struct Place: Sendable {
        let port: Int
        /// Where it speaks TLS, if it does.
        let encryptedPort: Int
        /// 40 hexadecimal digits.
        let id: String

        init(ports: (Int, Int)) {
            (port, encryptedPort) = ports
            id = (0..<40).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        }
    }

    package var port: Int { place.port }
    package var encryptedPort: Int { place.encryptedPort }
    let place: Place
    private let password: String?
    private let directory: URL
    private let process: ServerProcess

    /// - Parameters:
    ///   - place: where it will be.
    ///   - configuration: the text of `sentinel.conf`, which it will change.
    ///   - password: of its default user.
    ///   - directory: for its files; it is made.
    /// - Throws: if there is no such directory to be had.
    init(at place: Place, configuration: String, password: String?, in directory: URL) throws {
        self.place = place
        self.password = password
        self.directory = directory
        process = ServerProcess(named: "the Sentinel", log: directory.appending(path: "sentinel.log"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try configuration.write(to: configurationFile, atomically: true, encoding: .utf8)
    }

    deinit { kill() }

    private var configurationFile: URL { directory.appending(path: "sentinel.conf") }

    /// Starts it, for the first time or after `kill`, and waits until it answers.
    ///
    /// - Throws: what it says if it does not start.
    package func start() throws {
        try process.start(["redis-server", configurationFile.path, "--sentinel", "--dir", directory.path]) {
            (try? connection().reply(to: Command("PING"))) == .status("PONG")
        }
    }

    /// Nil while it does not run.
    package var processIdentifier: Int32? { process.processIdentifier }

    /// Stops it where it stands, with `SIGSTOP`, until `thaw`.
    package func freeze() { process.freeze() }

    package func thaw() { process.thaw() }

    /// Ends it at once and waits until it has ended; its files stay.
    package func kill() { process.kill() }

    /// A connection for whoever sets things up.
    package func connection() throws(RedisError) -> BlockingConnection {
        let endpoint = RedisAddress.Endpoint.tcp(host: LoopbackPort.host, port: port)
        return try BlockingConnection(
            address: RedisAddress(endpoint: endpoint, password: password.map { Secret($0) })
        )
    }

    /// The port of the primary, by this one.
    func primary(named name: String) throws -> Int? {
        let reply = try connection().reply(to: Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name))
        guard case .array(let parts) = reply, parts.count == 2 else { return nil }
        return parts[1].string.flatMap { Int($0) }
    }

    /// What it knows of the primary's replicas or of other Sentinels: a list of fields and values each.
    func known(_ kind: String, of name: String) throws -> [[String: String]] {
        guard case .array(let members) = try connection().reply(to: Command("SENTINEL", kind, name)) else { return [] }
        return members.map { member in
            guard case .array(let parts) = member else { return [:] }
            return stride(from: 0, to: parts.count - 1, by: 2).reduce(into: [:]) { fields, place in
                if let field = parts[place].string { fields[field] = parts[place + 1].string ?? "" }
            }
        }
    }
}
