internal import Foundation
package import Hiredis
internal import Synchronization

/// A primary, its replicas and their Sentinels, all real servers on 127.0.0.1, gone in the end.
///
/// Its functions wait for the servers: call them from a thread that may block (``OwnThread``), one at a time.
package final class PrivateSentinels: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    let settings: SentinelSettings
    package let sentinels: [SentinelServer]
    private let directory: URL
    /// The servers with data, by port; those that were killed too.
    private let servers: Mutex<[Int: PrivateRedis]>

    /// Starts all, and waits until they know each other and every replica has all data.
    ///
    /// - Parameter settings: what they are to be like: a primary, two replicas and three Sentinels unless given.
    /// - Throws: if it does not come about.
    package init(_ settings: SentinelSettings = SentinelSettings()) throws {
        self.settings = settings
        directory = FileManager.default.temporaryDirectory.appending(
            path: "weir-sentinels-\(UUID().uuidString.prefix(8))"
        )
        let ports = try LoopbackPort.free(1 + settings.replicas + 2 * settings.sentinels)
        let dataPorts = Array(ports.prefix(1 + settings.replicas))
        let rest = Array(ports.dropFirst(dataPorts.count))
        let places = (0..<settings.sentinels).map { SentinelServer.Place(ports: (rest[2 * $0], rest[2 * $0 + 1])) }
        let root = directory
        sentinels = try places.map { place in
            let configuration = settings.configuration(
                of: place,
                others: places.filter { $0.id != place.id },
                primary: dataPorts[0],
                replicas: Array(dataPorts.dropFirst())
            )
            return try SentinelServer(
                at: place,
                configuration: configuration,
                password: settings.sentinelPassword,
                in: root.appending(path: "\(place.port)")
            )
        }
        servers = Mutex([:])
        for port in dataPorts { try start(port, replicaOf: port == dataPorts[0] ? nil : dataPorts[0]) }
        try waitUntilInSync(with: dataPorts[0])
        for sentinel in sentinels { try sentinel.start() }
        try waitUntilComplete()
    }

    deinit { stop() }

    /// Ends all servers and removes their files.
    package func stop() {
        for sentinel in sentinels { sentinel.kill() }
        for server in servers.withLock({ Array($0.values) }) { server.stop() }
        try? FileManager.default.removeItem(at: directory)
    }

    // MARK: Where they are

    /// The address with all Sentinels and the passwords of the settings.
    package var url: String { url() }

    /// The address of them.
    ///
    /// - Parameters:
    ///   - ports: of the Sentinels; those of all of them unless given.
    ///   - name: of the primary, if it is to be another one than theirs.
    ///   - user: who we are for the servers with data; the default user unless given.
    ///   - password: of the user; that of the settings unless given.
    ///   - isEncrypted: whether TLS is spoken with the Sentinels too, on their other ports.
    /// - Returns: a URL.
    package func url(
        sentinels ports: [Int]? = nil,
        name: String? = nil,
        user: String? = nil,
        password: String? = nil,
        isEncrypted: Bool = false
    ) -> String {
        let ports = ports ?? sentinels.map { isEncrypted ? $0.encryptedPort : $0.port }
        let hosts = ports.map { "\(LoopbackPort.host):\($0)" }.joined(separator: ",")
        let secret = (password ?? settings.password).map { "\(user ?? ""):\(Self.encoded($0))@" } ?? ""
        let query = [
            settings.sentinelPassword.map { "sentinel-password=\(Self.encoded($0))" },
            isEncrypted ? "sentinel-tls=yes" : nil,
        ]
        let words = query.compactMap(\.self)
        return "redis\(settings.certificates == nil ? "" : "s")+sentinel://\(secret)\(hosts)/"
            + (name ?? settings.primaryName) + (words.isEmpty ? "" : "?" + words.joined(separator: "&"))
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// The ports of all servers with data, also of those that do not run.
    package var ports: [Int] { servers.withLock { $0.keys.sorted() } }

    /// The process of a server with data.
    package func redis(at port: Int) throws -> PrivateRedis {
        guard let server = servers.withLock({ $0[port] }) else {
            throw Failure(description: "there is no server with data at port \(port)")
        }
        return server
    }

    /// A connection to a server with data for whoever sets things up, over its unix socket.
    package func connection(to port: Int) throws -> BlockingConnection {
        let endpoint = RedisAddress.Endpoint.unix(path: try redis(at: port).socket)
        return try BlockingConnection(
            address: RedisAddress(endpoint: endpoint, password: settings.password.map { Secret($0) })
        )
    }

    /// Starts a server with data, for the first time or in the place of one that was killed.
    func start(_ port: Int, replicaOf primary: Int?) throws {
        let server = try PrivateRedis(
            named: "weir-sentinels-redis",
            options: settings.options(port: port, replicaOf: primary)
        )
        servers.withLock { $0[port] = server }
    }
}
