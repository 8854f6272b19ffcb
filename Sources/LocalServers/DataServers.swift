package import Hiredis

/// The servers behind an address that take writes: one Redis, the primary that Sentinels name, or those of a cluster.
///
/// Its functions wait for the servers: call them from a thread that may block.
package struct DataServers: Sendable {
    package let location: RedisLocation

    private static let patience = Duration.seconds(5)

    package init(_ location: RedisLocation) { self.location = location }

    /// Where they are now.
    ///
    /// - Returns: their addresses, each with user and password.
    /// - Throws: ``RedisError`` that says what to do if the address is for another kind of Redis.
    package func addresses() throws(RedisError) -> [RedisAddress] {
        do throws(RedisError) {
            switch location {
            case .server(let address):
                _ = try BlockingConnection(address: address, acceptsSentinel: false)
                return [address]
            case .sentinels(let sentinels):
                let locator = SentinelLocator(sentinels, options: ConnectionOptions())
                return [try locator.locate(before: .now + Self.patience)]
            case .cluster(let seeds):
                var options = ConnectionOptions()
                options.connectTimeout = Self.patience
                return try ClusterLook(candidates: seeds, options: options).perform().primaries
            }
        } catch {
            throw error.saying("\(location): \(error.message)")
        }
    }

    /// Asks each of them.
    package func ask<Answer>(_ body: (BlockingConnection) throws -> Answer) throws -> [Answer] {
        try addresses().map { try body(BlockingConnection(address: $0)) }
    }
}
