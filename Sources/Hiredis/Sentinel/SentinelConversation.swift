/// A connection to one Sentinel that has let us in.
struct SentinelConversation: Sendable {
    let connection: Connection
    private let set: SentinelSet

    /// Connects and introduces us; blocks until that is done.
    ///
    /// - Parameters:
    ///   - sentinel: one of the set.
    ///   - credentials: who we are there; nil for what the address says.
    ///   - set: of which it is.
    ///   - options: how Sentinels are talked to.
    ///   - deadline: when it has to be done.
    /// - Throws: ``RedisError`` if it cannot be done, or if it is no Sentinel.
    init(
        with sentinel: RedisAddress,
        as credentials: ServerCredentials?,
        of set: SentinelSet,
        options: ConnectionOptions,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) {
        self.set = set
        connection = try Connection.connecting(to: sentinel, options: options, before: deadline)
        let greeting = Greeting(credentials: credentials ?? sentinel.credentials, clientName: options.clientName)
        let identity: ServerIdentity?
        do throws(RedisError) {
            identity = try greeting.exchange(with: sentinel, on: connection, before: deadline)
        } catch {
            throw SentinelAnswer.explained(error)
        }
        // Who does not say what it is shows it by its next answer.
        if let identity, !identity.isSentinel { throw SentinelAnswer.notSentinel }
    }

    /// Asks where the primary is; blocks until it is told.
    ///
    /// - Parameter deadline: when there has to be an answer.
    /// - Returns: where it is.
    /// - Throws: ``RedisError`` if it is not told.
    func primary(before deadline: ContinuousClock.Instant) throws(RedisError) -> RedisAddress.Endpoint {
        let replies = try connection.ask([(SentinelAnswer.question(set.primaryName), false)], before: deadline)
        return try SentinelAnswer.primary(in: replies.first ?? .null, for: set)
    }
}
