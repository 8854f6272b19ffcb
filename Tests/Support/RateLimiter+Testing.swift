package import Weir

extension RateLimiter.Configuration {
    /// The defaults, but with time enough for a busy machine, and an error where Redis does not decide.
    package static var patient: RateLimiter.Configuration {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(10)
        configuration.connectTimeout = .seconds(10)
        configuration.stallLimit = .seconds(10)
        configuration.failurePolicy = .fail
        return configuration
    }
}
