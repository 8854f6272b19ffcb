internal import Foundation
package import Hiredis
internal import Synchronization

/// A `redis-server` on a unix socket in a directory of its own, gone in the end.
///
/// Its functions wait for the server: call them from a thread that may block (``OwnThread``).
package final class PrivateRedis: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let socket: String
    /// The network that it is in; nil for this machine's.
    package let namespace: NetworkNamespace?
    private let directory: URL
    private let core: Int?
    private let options: [String: String]
    private let process: ServerProcess

    package var url: String { "unix://\(socket)" }
    package var address: RedisAddress { RedisAddress(endpoint: .unix(path: socket)) }
    /// The same server over the link to its namespace; nil without one.
    package var linkURL: String? { namespace.map { "redis://\($0.address):\(Self.linkPort)" } }
    /// In a namespace of its own no other can have it.
    private static let linkPort = 6379

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - core: the only core that it runs on; nil for all of them.
    ///   - name: what the name of its directory begins with.
    ///   - namespace: the network that it is in and listens in, beside the unix socket; nil for none.
    ///   - options: settings of `redis.conf`, by name.
    /// - Throws: if it does not start.
    package init(
        core: Int? = nil,
        named name: String = "weir-redis",
        in namespace: NetworkNamespace? = nil,
        options: [String: String] = [:]
    ) throws {
        self.core = core
        self.namespace = namespace
        self.options = options
        directory = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString.prefix(8))")
        socket = directory.appending(path: "redis.sock").path
        process = ServerProcess(named: "redis-server", log: directory.appending(path: "redis.log"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try start()
    }

    deinit { stop() }

    /// Starts the server again after `kill`, in the same directory: with an append-only file it finds its data there.
    package func start() throws { try process.start(arguments) { isServing } }

    private var arguments: [String] {
        let pin = core.map { ["taskset", "-c", "\($0)"] } ?? []
        let place = ["--unixsocket", socket, "--dir", directory.path]
        let settings = options.sorted { $0.key < $1.key }.flatMap { name, value in
            // Redis 6 takes the host and the port only as two arguments; a password with a space is always one.
            ["--\(name)"] + (name == "replicaof" ? value.split(separator: " ").map(String.init) : [value])
        }
        let server = ["redis-server", "--bind", host, "--save", ""] + port + place + settings
        return (namespace?.command ?? []) + pin + server
    }

    private var host: String { namespace?.address ?? "127.0.0.1" }

    private var port: [String] {
        // Without a password Redis would let nobody in; but only this machine reaches it.
        namespace == nil ? ["--port", "0"] : ["--port", "\(Self.linkPort)", "--protected-mode", "no"]
    }

    /// Waits until a command is served; a server that still loads its data answers, but serves nothing.
    package func waitUntilItAnswers() throws { try process.wait { isServing } }

    private var isServing: Bool {
        do throws(RedisError) {
            guard case .error(let error) = try connection().reply(to: Command("PING")) else { return true }
            return error.code == "NOAUTH"
        } catch {
            // A server that wants a password is as ready as it gets.
            return error.server?.code == "NOAUTH"
        }
    }

    /// Nil while it does not run.
    package var processIdentifier: Int32? { process.processIdentifier }

    /// Stops it where it stands, with `SIGSTOP`, until `thaw`.
    package func freeze() { process.freeze() }

    package func thaw() { process.thaw() }

    /// Ends it at once and waits until it has ended; its files stay.
    package func kill() { process.kill() }

    /// Ends it and removes its files.
    package func stop() {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// A connection for whoever sets things up.
    package func connection() throws(RedisError) -> BlockingConnection { try BlockingConnection(address: address) }

    /// Makes the server listen on a free port of 127.0.0.1 too, or of its namespace's address, until it stops.
    package func listenOnTCP(over connection: BlockingConnection) throws -> RedisAddress {
        RedisAddress(endpoint: .tcp(host: host, port: try listen(by: "port", over: connection)))
    }

    /// Makes the server speak TLS on a free port of 127.0.0.1 too, until it stops.
    ///
    /// - Parameters:
    ///   - settings: what it takes first, those of ``Certificates`` and perhaps more.
    ///   - connection: to this server.
    /// - Returns: the port.
    /// - Throws: if the server refuses, such as one that was built without TLS.
    package func listenOnTLS(_ settings: [String: String], over connection: BlockingConnection) throws -> Int {
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            let reply = try connection.reply(to: Command("CONFIG", "SET", name, value))
            guard reply == .status("OK") else {
                throw Failure(description: "redis-server does not take \(name); was it built with TLS? \(reply)")
            }
        }
        return try listen(by: "tls-port", over: connection)
    }

    private func listen(by setting: String, over connection: BlockingConnection) throws -> Int {
        let port = try LoopbackPort.first { port in
            try connection.reply(to: Command("CONFIG", "SET", setting, "\(port)")) == .status("OK")
        }
        guard let port else { throw Failure(description: "redis-server found no free port on \(host)") }
        return port
    }
}
