internal import Hiredis
package import LocalServers

/// A private cluster whose functions may be awaited; gone in the end.
///
/// Its nodes know the users of `deploy/weir.acl`, and ``url`` is for the one of the instances.
package final class TestCluster: Sendable {
    private let cluster: PrivateCluster

    /// For the user whose rights are those of `deploy/weir.acl`.
    package var url: String { cluster.url(user: "weir", password: RedisServer.password) }

    private init(_ cluster: PrivateCluster) { self.cluster = cluster }

    deinit { cluster.stop() }

    /// Starts one and waits until it serves.
    package static func start(primaries: Int = 3, replicas: Int = 0) async throws -> TestCluster {
        let users = try Repository.text("deploy/weir.acl").split(separator: "\n").filter { $0.hasPrefix("user weir") }
            .map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        guard !users.isEmpty else { throw RedisServer.Failure(description: "deploy/weir.acl has no user weir") }
        var settings = ClusterSettings()
        (settings.primaries, settings.replicas) = (primaries, replicas)
        return try await OwnThread.run { [settings] in
            let cluster = try PrivateCluster(settings)
            do {
                for node in try cluster.nodes() {
                    for rights in users { try allow(rights, at: node, of: cluster) }
                }
            } catch {
                cluster.stop()
                throw error
            }
            return TestCluster(cluster)
        }
    }

    private static func allow(_ rights: String, at node: ClusterNode, of cluster: PrivateCluster) throws {
        var command = Command("ACL", "SETUSER")
        for word in rights.split(separator: " ") { command.append(String(word)) }
        let reply = try cluster.connection(to: node).reply(to: command)
        guard reply == .status("OK") else { throw RedisServer.Failure(description: "ACL SETUSER: \(reply)") }
    }

    /// Does something to it, on a thread that may block.
    package func callAsFunction<Value: Sendable>(
        _ body: @escaping @Sendable (PrivateCluster) throws -> Value
    ) async throws -> Value {
        try await OwnThread.run { [cluster] in try body(cluster) }
    }
}
