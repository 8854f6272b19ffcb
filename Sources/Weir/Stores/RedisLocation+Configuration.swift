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
            let suffix = url.prefix { $0 != ":" }.drop { $0 != "+" }
            throw WeirError(
                .invalidConfiguration,
                "tls is set, and the address does not ask for it: write rediss\(suffix)://"
            )
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
}
