/// How it stands with the connection to Redis, or with those to the servers of a cluster.
package enum ConnectionState: Sendable, Equatable {
    /// There is none yet, and nothing has failed.
    case connecting
    case connected
    /// It was given up for one to another server, which is being made.
    case leaving
    /// There is none, and why; it is tried again.
    case failed(RedisError, wasConnected: Bool)
    /// All servers of a cluster that are known are connected, but some slots have none.
    case incomplete
    /// It was shut down.
    case ended
}
