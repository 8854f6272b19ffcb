internal import Hiredis

extension RedisLocation {
    /// Reads an address, and checks that what is configured goes with it.
    ///
    /// - Parameters:
    ///   - url: where Redis is.
    ///   - configuration: how to talk to it.
    /// - Throws: ``WeirError`` if it makes no sense, by itself or together.
    init(url: String, for configuration: RateLimiter.Configuration) throws(WeirError) {
        do throws(InvalidAddress) { try self.init(url: url) } catch {
            throw WeirError(.invalidConfiguration, "the address of Redis makes no sense: \(error.reason)")
        }
        guard isEncrypted || configuration.tls == TLSConfiguration() else {
            throw WeirError(.invalidConfiguration, "tls is set, and the address does not ask for it: write rediss://")
        }
        if case .sentinels = self { return }
        let isSet = [
            ("sentinelCredentials", configuration.sentinelCredentials != nil),
            ("sentinelTLS", configuration.sentinelTLS != nil),
        ]
        for (option, isSet) in isSet where isSet {
            throw WeirError(
                .invalidConfiguration,
                "\(option) is set, and the address names no Sentinels: write redis+sentinel://host:port/primary-name"
            )
        }
    }

    /// Whether TLS is spoken with the servers that have the data.
    private var isEncrypted: Bool {
        switch self {
        case .server(let address): address.isEncrypted
        case .sentinels(let set): set.isEncrypted
        case .cluster(let seeds): seeds.contains { $0.isEncrypted }
        }
    }

    /// Who knows where the one server is that is to be talked to.
    ///
    /// - Parameter configuration: how to talk to Sentinels, if there are any.
    /// - Returns: the address itself, or somebody who asks the Sentinels.
    /// - Throws: ``WeirError`` for a cluster, which has many.
    func locator(for configuration: RateLimiter.Configuration) throws(WeirError) -> any ServerLocator {
        switch self {
        case .server(let address): return address
        case .sentinels(var set):
            var options = ConnectionOptions()
            options.clientName = configuration.clientName
            options.connectTimeout = configuration.connectTimeout
            options.stallLimit = configuration.stallLimit
            options.tls = (configuration.sentinelTLS ?? configuration.tls).options
            if configuration.sentinelTLS == nil {
                options.tls.serverName = nil
            } else {
                for place in set.sentinels.indices { set.sentinels[place].isEncrypted = true }
            }
            if let provider = configuration.sentinelCredentials {
                let question = CredentialsQuestion(provider: provider, timeout: configuration.connectTimeout)
                options.credentials = { () throws(RedisError) in try question.ask() }
            }
            return SentinelLocator(set, options: options)
        case .cluster: throw WeirError(.invalidConfiguration, "the address of a Redis Cluster cannot be used yet")
        }
    }
}
