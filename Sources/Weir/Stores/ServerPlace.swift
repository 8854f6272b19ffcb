internal import Hiredis
internal import Logging

/// Where a server is and how to talk to it.
struct ServerPlace: Sendable {
    let locator: any ServerLocator
    let options: ConnectionOptions
    let logger: Logger
    let isOfCluster: Bool

    /// A connection that is made when there is something to send.
    func connect(wakeup: Wakeup? = nil, source: (any CommandSource)? = nil) throws(RedisError) -> RedisClient {
        let own = if let wakeup { wakeup } else { try Wakeup() }
        return try RedisClient(locator: locator, options: options, logger: logger, wakeup: own, source: source)
    }
}
