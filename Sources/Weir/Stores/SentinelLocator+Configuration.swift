internal import Hiredis

extension SentinelLocator {
    /// Asks Sentinels as a configuration has it.
    convenience init(_ set: SentinelSet, for configuration: RateLimiter.Configuration) {
        var set = set
        var options = ConnectionOptions(
            configuration,
            tls: configuration.sentinelTLS ?? configuration.tls,
            credentials: configuration.sentinelCredentials
        )
        if configuration.sentinelTLS == nil {
            // That name is the primary's.
            options.tls.serverName = nil
        } else {
            for place in set.sentinels.indices { set.sentinels[place].isEncrypted = true }
        }
        self.init(set, options: options)
    }
}
