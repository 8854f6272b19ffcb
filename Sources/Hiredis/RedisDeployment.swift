/// Where requests go: to one server, or to those of a cluster.
package enum RedisDeployment<Server: ClusterServer>: Sendable {
    case single(Server)
    case cluster(ClusterClient<Server>)

    /// Has a request answered by the server that has its slot.
    ///
    /// - Parameters:
    ///   - slot: of the request's keys.
    ///   - deadline: when nobody needs the answer any more.
    ///   - ask: asks a server; the second argument is whether the server was named by another and is to be told so.
    /// - Returns: the answer.
    /// - Throws: what the server said in the end, or why there is none.
    @inlinable
    package func answer<Answer: Sendable>(
        in slot: @autoclosure () -> HashSlot,
        before deadline: ContinuousClock.Instant,
        _ ask: (Server, Bool) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> Answer {
        switch self {
        case .single(let server): try await ask(server, false)
        case .cluster(let cluster): try await cluster.answer(in: slot(), before: deadline, ask)
        }
    }

    /// Asks every server.
    package func answers<Answer: Sendable>(
        _ ask: @escaping @Sendable (Server) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> [Answer] {
        switch self {
        case .single(let server): [try await ask(server)]
        case .cluster(let cluster): try await cluster.answers(ask)
        }
    }

    /// The servers of a cluster that have slots, as far as they are known.
    package var servers: [RedisAddress.Endpoint] {
        switch self {
        case .single: []
        case .cluster(let cluster): cluster.primaries
        }
    }

    /// Connects now instead of at the first request, and returns once it is known whether that can be done.
    ///
    /// After a failure it goes on trying.
    package func connect() async throws(RedisError) {
        switch self {
        case .single(let server): try await server.client.connect()
        case .cluster(let cluster): try await cluster.connect()
        }
    }

    /// How it stands with the connection, or with those to the servers of a cluster.
    package var state: ConnectionState {
        switch self {
        case .single(let server): server.client.state
        case .cluster(let cluster): cluster.connectionState
        }
    }

    /// How often a connection was tried so far, whatever came of it.
    package var connectionAttempts: Int {
        switch self {
        case .single(let server): server.client.connectionAttempts
        case .cluster(let cluster): cluster.connectionAttempts
        }
    }

    /// Lets what waits finish, and closes all connections.
    package func shutdown() async {
        switch self {
        case .single(let server): await server.client.shutdown()
        case .cluster(let cluster): await cluster.shutdown()
        }
    }
}
