internal import Hiredis

extension RedisLocation {
    /// The place that an address names, if the configuration fits it.
    init(url: String, _ configuration: RateLimiter.Configuration) throws(WeirError) {
        do throws(InvalidAddress) { try self.init(url: url) } catch {
            throw WeirError(.invalidConfiguration, "the address of Redis makes no sense: \(error.reason)")
        }
        guard isEncrypted || configuration.tls == TLSConfiguration() else {
            throw WeirError(
                .invalidConfiguration,
                "tls is set, and the address does not ask for it: write rediss:// in place of redis://"
            )
        }
    }

    private var isEncrypted: Bool {
        switch self {
        case .server(let address): address.isEncrypted
        case .sentinels(let sentinels): sentinels.isEncrypted
        case .cluster(let seeds): seeds.allSatisfy(\.isEncrypted)
        }
    }
}
