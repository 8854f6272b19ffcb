internal import Hiredis

extension ConnectionOptions {
    /// How a configuration wants connections to be made and kept.
    ///
    /// - Parameters:
    ///   - configuration: what was asked for.
    ///   - tls: how TLS is spoken there.
    ///   - provider: who we are there, nil for what the address says.
    init(
        _ configuration: RateLimiter.Configuration,
        tls: TLSConfiguration,
        credentials provider: (@Sendable () async throws -> Credentials)?
    ) {
        self.init()
        clientName = configuration.clientName
        connectTimeout = configuration.connectTimeout
        stallLimit = configuration.stallLimit
        self.tls = tls.options
        if let provider {
            let question = CredentialsQuestion(provider: provider, timeout: configuration.connectTimeout)
            credentials = { () throws(RedisError) in try question.ask() }
        }
    }
}
