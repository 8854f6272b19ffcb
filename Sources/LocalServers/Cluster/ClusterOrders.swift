internal import Foundation
internal import Hiredis

/// Commands to the servers of a cluster, over connections that are made when they are needed, and again when they are lost.
///
/// For one thread. A command whose answer was lost is sent again, so it must not matter whether it runs twice.
final class ClusterOrders {
    private static let patience = Duration.seconds(15)

    private var connections: [String: BlockingConnection] = [:]

    /// What a server answers, which may be an error; its name, without arguments that are secret, is for errors.
    func reply(of server: ClusterMember, to command: Command, called name: String) throws -> Reply {
        try replies(of: server, to: [command], called: name).first ?? .null
    }

    private func replies(
        of server: ClusterMember,
        to commands: [Command],
        called name: String
    ) throws -> [Reply] {
        let end = ContinuousClock.now + Self.patience
        while true {
            do throws(RedisError) {
                return try connection(to: server).replies(to: commands)
            } catch {
                connections[server.id] = nil
                guard server.isRunning, ContinuousClock.now < end else {
                    throw PrivateCluster.Failure(
                        description: "\(server.address) did not answer \(name): \(error.message)"
                    )
                }
                usleep(20_000)
            }
        }
    }

    private func connection(to server: ClusterMember) throws(RedisError) -> BlockingConnection {
        if let connection = connections[server.id] { return connection }
        let connection = try BlockingConnection(address: server.administration)
        connections[server.id] = connection
        return connection
    }

    /// Has a server do something that it must not refuse.
    @discardableResult
    func order(_ server: ClusterMember, _ words: String...) throws -> Reply {
        try order(server, all: [words]).first ?? .null
    }

    /// Has a server do several things at once, none of which it must refuse.
    @discardableResult
    func order(_ server: ClusterMember, all orders: [[String]]) throws -> [Reply] {
        let commands = orders.map { words in
            var command = Command()
            for word in words { command.append(word) }
            return command
        }
        // The rest may hold a password.
        let names = orders.map { $0.prefix(3).joined(separator: " ") }
        let replies = try replies(of: server, to: commands, called: names.first ?? "nothing")
        for (name, reply) in zip(names, replies) {
            guard case .error(let error) = reply else { continue }
            throw PrivateCluster.Failure(description: "\(server.address) did not do \(name): \(error.message)")
        }
        return replies
    }

    /// What a server answers as text.
    private func text(of server: ClusterMember, _ first: String, _ second: String) throws -> String {
        try order(server, first, second).string ?? ""
    }

    /// One number of a section of `INFO`; nil if there is none of that name.
    func line(_ name: String, ofReplicationOf server: ClusterMember) throws -> Substring? {
        let lines = try text(of: server, "INFO", "replication").split(whereSeparator: \.isNewline)
        return lines.first { $0.hasPrefix(name + ":") }?.dropFirst(name.count + 1)
    }

    func view(of server: ClusterMember) throws -> ClusterView {
        let nodes = try text(of: server, "CLUSTER", "NODES")
        guard let view = ClusterView(nodes: nodes, info: try text(of: server, "CLUSTER", "INFO")) else {
            throw PrivateCluster.Failure(
                description: "\(server.address) tells of its cluster in no known way:\n\(nodes)"
            )
        }
        return view
    }
}
