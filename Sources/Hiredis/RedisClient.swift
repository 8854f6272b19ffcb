package import Logging
internal import Synchronization

private struct SingleCommandSource: QueueSource {
    let queue: RequestQueue<SingleCommands>
}

/// A connection to one server that stays: it connects when first needed and again whenever it is lost.
package final class RedisClient: Sendable {
    private let commands: RequestQueue<SingleCommands>
    private let pump: Pump

    /// A client that starts its thread at once and connects when there is something to send.
    ///
    /// Before each connection it asks `locator` where the server is. `source` gives commands beside the single ones, and
    /// signals `wakeup` when it has something to send.
    package init(
        locator: any ServerLocator,
        options: ConnectionOptions,
        logger: Logger,
        wakeup: Wakeup,
        source: (any CommandSource)? = nil
    ) throws(RedisError) {
        commands = RequestQueue(SingleCommands(), capacity: Self.capacity, wakeup: wakeup)
        let sources: [any CommandSource] = [SingleCommandSource(queue: commands)] + (source.map { [$0] } ?? [])
        pump = try Pump(locator: locator, options: options, wakeup: wakeup, sources: sources, logger: logger)
    }

    /// The same for a server that stays where it is.
    package convenience init(
        address: RedisAddress,
        options: ConnectionOptions,
        logger: Logger,
        wakeup: Wakeup,
        source: (any CommandSource)? = nil
    ) throws(RedisError) {
        try self.init(locator: address, options: options, logger: logger, wakeup: wakeup, source: source)
    }

    /// Single commands are for administration; decisions have a queue of their own.
    private static let capacity = 1024

    deinit { pump.stop() }

    /// Sends one command and waits for its reply, at most until `deadline`.
    ///
    /// `isAsking` if the server does not have the slot yet, and was named by the one that has.
    package func reply(
        to command: Command,
        before deadline: ContinuousClock.Instant,
        isAsking: Bool = false
    ) async throws(RedisError) -> Reply {
        try await commands.answer(to: command, before: deadline, isAsking: isAsking)
    }

    /// Connects now instead of at the first command, and returns once it is known whether that can be done.
    ///
    /// After a failure it goes on trying.
    package func connect() async throws(RedisError) { try await pump.connect() }

    /// How it stands with the connection.
    package var state: ConnectionState { pump.state }

    /// Runs tasks on the thread of the connection.
    package var executor: PumpExecutor { pump.executor }

    /// How often a connection was tried so far, whatever came of it.
    package var connectionAttempts: Int { pump.attempts.load(ordering: .relaxed) }

    /// Ends as `shutdown` does, but lets nobody wait: what has not been sent fails with `error`.
    func retire(with error: RedisError) { pump.retire(with: error) }

    /// Lets what waits finish, closes the connection and ends the thread.
    package func shutdown() async { await pump.shutdown() }
}
