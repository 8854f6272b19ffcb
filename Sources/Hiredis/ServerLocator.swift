/// Knows where the server is that is to be talked to; asked before each connection is made.
package protocol ServerLocator: Sendable, CustomStringConvertible {
    /// Where the server is now, and who we are there.
    ///
    /// It may block.
    ///
    /// - Parameter deadline: when there has to be an answer.
    /// - Returns: the address.
    /// - Throws: ``RedisError`` if it cannot be found out.
    func locate(before deadline: ContinuousClock.Instant) throws(RedisError) -> RedisAddress

    /// What to do about a server that turns out to be a replica.
    var adviceOnReplica: String { get }

    /// Hears that what was located is of no use.
    ///
    /// - Parameters:
    ///   - address: what was located.
    ///   - error: why it is of no use.
    /// - Returns: the error, in words that say of which server it is.
    func failed(at address: RedisAddress, because error: RedisError) -> RedisError
}

extension ServerLocator {
    package var adviceOnReplica: String { "give the address of its primary, or promote it with REPLICAOF NO ONE" }

    package func failed(at address: RedisAddress, because error: RedisError) -> RedisError { error }
}

extension RedisAddress: ServerLocator {
    package func locate(before deadline: ContinuousClock.Instant) throws(RedisError) -> RedisAddress { self }
}
