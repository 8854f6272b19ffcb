package import Hiredis
package import LocalServers
internal import NIOCore
internal import NIOPosix
package import StressHistory

/// A proxy on a free port that passes connections on to Redis, and has the faults of a network when told.
///
/// It works on one thread of its own. `shutdown` has to be called in the end.
package final class FaultyProxy: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Which connections a fault hits, and of those that come while it lasts.
    package enum Share: Sendable {
        case all
        /// Each with a chance of one half; of those that are there, one at the least.
        case some
    }

    /// 127.0.0.1, or the address of its namespace.
    package let host: String
    package let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let traffic: NIOLoopBound<ProxyTraffic>
    private let ledger = ProxyLedger()

    package var address: RedisAddress { RedisAddress(endpoint: .tcp(host: host, port: port)) }
    package var url: String { "redis://\(host):\(port)" }
    package var counts: ProxyCounts { ledger.counts }

    /// Listens, and connects to Redis once for each client.
    ///
    /// - Parameters:
    ///   - socket: the path of the unix socket of Redis, which need not be there yet.
    ///   - namespace: where it listens, so that those who come have to take the link; nil for this machine's network.
    /// - Throws: if it cannot listen.
    package init(to socket: String, in namespace: NetworkNamespace? = nil) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let (eventLoop, ledger) = (group.next(), self.ledger)
            let traffic = try await eventLoop.submit {
                NIOLoopBound(
                    ProxyTraffic(eventLoop: eventLoop, socket: socket, ledger: ledger),
                    eventLoop: eventLoop
                )
            }.get()
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .childChannelInitializer { client in traffic.value.accept(client) }
            if let namespace {
                let bound = try await OwnThread.run { try namespace.boundSocket() }
                listener = try await bootstrap.withBoundSocket(bound.descriptor).get()
                (host, port) = (namespace.address, bound.port)
            } else {
                let host = "127.0.0.1"
                listener = try await bootstrap.bind(host: host, port: 0).get()
                guard let port = listener.localAddress?.port else {
                    throw Failure(description: "the proxy has no port")
                }
                (self.host, self.port) = (host, port)
            }
            self.group = group
            self.traffic = traffic
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Begins a fault, which hits what is there now and what comes until `end`, and ends the one before.
    ///
    /// - Parameters:
    ///   - kind: one that a network can have; a reset is over at once.
    ///   - seed: what everything that is left to chance follows from.
    ///   - share: which connections it hits.
    /// - Throws: if the kind is not one of the network, or the proxy has been shut down.
    package func begin(_ kind: Fault.Kind, seed: UInt64, share: Share = .all) async throws {
        guard let fault = NetworkFault(kind) else {
            throw Failure(
                description: "\(kind.rawValue) is nothing that happens to a connection, and not for the proxy"
            )
        }
        try await onEventLoop { $0.begin(fault, seed: seed, share: share) }
    }

    /// Ends the fault: what was held back goes out, and what was to happen and has not, does not.
    package func end() async throws {
        try await onEventLoop { $0.end() }
    }

    /// Ends all connections, and the proxy.
    package func shutdown() async {
        // Each of these fails only if it was done before.
        try? await listener.close()
        try? await onEventLoop { $0.closeAll() }
        try? await group.shutdownGracefully()
    }

    private func onEventLoop(_ body: @escaping @Sendable (ProxyTraffic) -> Void) async throws {
        try await traffic.eventLoop.submit { [traffic] in body(traffic.value) }.get()
    }
}
