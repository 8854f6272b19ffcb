internal import Foundation
package import Hiredis
internal import Synchronization

/// A Redis Cluster of real servers on 127.0.0.1, gone in the end.
///
/// Its functions wait for the servers: call them from a thread that may block (``OwnThread``), one at a time.
package final class PrivateCluster: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    static let host = LoopbackPort.host

    let settings: ClusterSettings
    /// For what the nodes note of their cluster.
    let directory: URL
    private let members = Mutex<[ClusterMember]>([])

    /// Starts a cluster, and waits until every node serves keys, knows all others, and every replica has all data.
    ///
    /// - Parameter settings: what it is to be like: three primaries with a replica each unless given.
    /// - Throws: if it does not come about.
    package init(_ settings: ClusterSettings = ClusterSettings()) throws {
        guard settings.primaries > 0, settings.replicas >= 0 else {
            throw Failure(description: "a cluster has at least one primary, and no fewer than no replicas")
        }
        self.settings = settings
        directory = FileManager.default.temporaryDirectory.appending(
            path: "weir-cluster-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try form()
    }

    /// Starts a cluster of so many primaries with so many replicas each.
    package convenience init(primaries: Int, replicas: Int) throws {
        var settings = ClusterSettings()
        settings.primaries = primaries
        settings.replicas = replicas
        try self.init(settings)
    }

    deinit { stop() }

    /// Ends all nodes and removes their files.
    package func stop() {
        for server in servers { server.redis.stop() }
        try? FileManager.default.removeItem(at: directory)
    }

    // MARK: Where it is

    /// The address of the cluster for the default user: all nodes, also those that do not run.
    package var url: String { url(user: nil, password: settings.password) }

    /// The address of the cluster for a user.
    package func url(user: String?, password: String?) -> String {
        let words = [user ?? "", password ?? ""].map { word in
            word.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }
        let credentials = password == nil ? "" : "\(words[0]):\(words[1])@"
        let places = servers.map { "\(Self.host):\($0.port)" }.joined(separator: ",")
        return "redis\(settings.certificates == nil ? "" : "s")+cluster://\(credentials)\(places)"
    }

    /// A connection to a node for whoever sets things up, over its unix socket.
    package func connection(to node: ClusterNode) throws -> BlockingConnection {
        try BlockingConnection(address: server(node.id).administration)
    }

    /// The process of a node, to be frozen for example.
    package func redis(of node: ClusterNode) throws -> PrivateRedis { try server(node.id).redis }

    /// The processes of all nodes that run.
    package var processIdentifiers: [Int32] { servers.compactMap(\.redis.processIdentifier) }

    // MARK: Who is what

    /// All nodes, each as it sees itself; those that do not run as another one sees them.
    package func nodes() throws -> [ClusterNode] {
        let orders = ClusterOrders()
        let views = try living.map { try orders.view(of: $0) }
        return servers.compactMap { server in
            let own = views.first { $0.myself?.id == server.id }?.myself
            guard var node = own ?? views.lazy.compactMap({ $0[server.id] }).first else { return nil }
            node.address = server.address
            node.processIdentifier = server.redis.processIdentifier
            return node
        }
    }

    /// The primaries; one that was killed is among them until somebody takes its place.
    package func primaries() throws -> [ClusterNode] { try nodes().filter(\.isPrimary) }

    package func replicas() throws -> [ClusterNode] { try nodes().filter { !$0.isPrimary } }

    /// The primary of a slot; nil if it has none.
    package func primary(of slot: Int) throws -> ClusterNode? {
        try primaries().first { $0.slots.contains(slot) }
    }

    /// The slot of a key, by a node's own reckoning.
    package func keySlot(of key: String) throws -> Int {
        guard let first = living.first,
            case .integer(let slot) = try ClusterOrders().order(first, "CLUSTER", "KEYSLOT", key)
        else { throw Failure(description: "no node tells the slot of a key") }
        return slot
    }

    var servers: [ClusterMember] { members.withLock { $0 } }

    var living: [ClusterMember] { servers.filter(\.isRunning) }

    func server(_ id: String) throws -> ClusterMember {
        guard let server = servers.first(where: { $0.id == id }) else {
            throw Failure(description: "there is no node \(id) in this cluster")
        }
        return server
    }

    func add(_ server: ClusterMember) { members.withLock { $0.append(server) } }

    func remove(_ server: ClusterMember) { members.withLock { $0.removeAll { $0.id == server.id } } }
}
