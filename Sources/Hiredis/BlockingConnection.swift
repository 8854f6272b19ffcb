/// A connection whose caller waits, for measuring what commands cost without the pump.
///
/// Use it from one thread, and not from one of Swift's concurrency.
package final class BlockingConnection {
    private let connection: Connection
    private let options: ConnectionOptions

    /// Connects and waits until that has succeeded or failed.
    ///
    /// - Parameters:
    ///   - address: where the server is.
    ///   - acceptsSentinel: whether a Sentinel, which has no data, will do.
    /// - Throws: ``RedisError`` if it cannot be reached or will not do.
    package init(address: RedisAddress, acceptsSentinel: Bool = true) throws(RedisError) {
        var options = ConnectionOptions()
        // Whoever administers a server wants to reach it, whatever it is at the moment.
        options.needsPrimary = false
        options.acceptsSentinel = acceptsSentinel
        // Nobody else waits for it, and a busy machine is no failure.
        options.connectTimeout = .seconds(5)
        self.options = options
        connection = try Handshake(locator: address, options: options).perform().connection
    }

    /// Sends all commands at once, waits for all replies, and returns how many of them were errors.
    package func exchange(_ commands: [PlainCommand]) throws(RedisError) -> Int { try connection.exchange(commands) }

    /// Loads a script and returns its digest.
    package func load(_ source: String) throws(RedisError) -> String {
        try reply(to: Command("SCRIPT", "LOAD", source)).string ?? ""
    }

    /// Sends one command and waits for its reply.
    package func reply(to command: Command) throws(RedisError) -> Reply { try replies(to: [command]).first ?? .null }

    /// Sends all commands at once, and waits for their replies.
    package func replies(to commands: [Command]) throws(RedisError) -> [Reply] {
        try connection.ask(commands.map { ($0, false) }, before: .now + options.connectTimeout)
    }
}
