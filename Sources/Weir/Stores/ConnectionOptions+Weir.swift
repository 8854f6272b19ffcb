internal import Hiredis

extension ConnectionOptions {
    /// How a configuration wants connections to be made and kept.
    ///
    /// - Parameters:
    ///   - configuration: what was asked for.
    ///   - scripts: loaded at connect.
    ///   - patience: by how much an answer may come later than usual, for commands that wait on the server.
    init(_ configuration: RateLimiter.Configuration, scripts: [Script], patience: Duration) {
        self.init()
        clientName = configuration.clientName
        connectTimeout = configuration.connectTimeout
        stallLimit = configuration.stallLimit + patience
        // One at a time where commands wait on the server: the next one's time begins when it is sent.
        if patience > .zero { depth = 1 }
        self.scripts = scripts
        tls = configuration.tls.options
        if let provider = configuration.credentials {
            let question = CredentialsQuestion(provider: provider, timeout: configuration.connectTimeout)
            credentials = { () throws(RedisError) in try question.ask() }
        }
    }
}
