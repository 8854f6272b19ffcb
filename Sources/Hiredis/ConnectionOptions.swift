/// How a connection is made and kept.
package struct ConnectionOptions: Sendable {
    /// What `CLIENT LIST` shows.
    package var clientName = "hiredis"
    /// For connecting, with all that is said before the first command.
    package var connectTimeout: Duration = .seconds(1)
    /// A connection whose oldest command has waited this long is closed; everything in flight is then unknown.
    package var stallLimit: Duration = .seconds(1)
    /// Batches in flight at once, each one command, or one for each slot of a cluster.
    ///
    /// While they are, the next one gathers; it goes when it is half full, or when the server has nothing to do.
    package var depth = 2
    /// Bytes in flight from which on no further command is sent.
    package var bytesInFlight: UInt64 = 1 << 20
    /// How many requests the first command on a new connection has at most; with each answer it is twice as many.
    package var firstBatch = 32
    /// How long `shutdown` lets waiting commands finish.
    package var drainLimit: Duration = .seconds(1)
    /// Loaded at connect, so that a reconnect finds them.
    package var scripts: [Script] = []
    /// Whether a replica, which cannot be written to, is of no use.
    package var needsPrimary = true
    /// Whether a Sentinel, which has no data, will do.
    package var acceptsSentinel = false
    /// Whether a server that is one of a cluster's will do.
    package var acceptsCluster = true
    /// What is asked of each new connection after the scripts were loaded, made for each on a thread that may block.
    package var checks: @Sendable () -> [ConnectionCheck] = { [] }
    /// Who we are, asked for each new connection, on a thread that may block; without it, what the address says.
    package var credentials: (@Sendable () throws(RedisError) -> ServerCredentials)?
    /// Told on the pump's thread of each connection that was made, and of each that was lost or could not be made.
    package var connectionChanged: (@Sendable (Result<Void, RedisError>) -> Void)?
    /// How `rediss://` is spoken.
    package var tls = TLSOptions()

    package init() {}
}
