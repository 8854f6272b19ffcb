/// How a connection is made and kept.
package struct ConnectionOptions: Sendable {
    /// What `CLIENT LIST` shows.
    package var clientName = "hiredis"
    /// For connecting, and for each command of the handshake.
    package var connectTimeout: Duration = .seconds(1)
    /// A connection whose oldest command has waited this long is closed; everything in flight is then unknown.
    package var stallLimit: Duration = .seconds(1)
    /// Commands in flight at once.
    ///
    /// While they are, the next batch gathers; it goes when it is half full, or when the server has nothing to do.
    package var depth = 2
    /// How long `shutdown` lets waiting commands finish.
    package var drainLimit: Duration = .seconds(1)
    /// Loaded at connect, so that a reconnect finds them.
    package var scripts: [Script] = []

    package init() {}
}
