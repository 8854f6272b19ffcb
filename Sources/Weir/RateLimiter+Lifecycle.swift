internal import ServiceLifecycle

extension RateLimiter {
    // MARK: Lifecycle

    /// Whether Redis decides, for the probe that asks a service whether it is ready; cheap, and asks nobody.
    ///
    /// It is degraded while there is no connection that was there before, and while Redis is given up: see
    /// ``Configuration/breakerFailures``. A limiter in memory is always ready.
    public var readiness: Readiness {
        let readiness = store.readiness
        guard readiness == .ready, let failures, failures.givesUp else { return readiness }
        return .degraded(reason: .breakerOpen)
    }

    /// Connects now instead of at the first request, and says what is wrong with the server or with our rights there.
    ///
    /// After a failure the limiter goes on trying, so a service may start all the same. The next attempt is at most 2
    /// seconds away, and takes ``Configuration/connectTimeout`` at most, beside what the system takes to find an address.
    ///
    /// - Throws: ``WeirError`` if the next attempt fails; not ``WeirError/isRetryable`` if only a person can mend it: a
    ///   password, a right, a certificate, the server's version.
    public func connect() async throws(WeirError) { try await store.connect() }

    /// Connects, keeps the limiter until the service's graceful shutdown begins, then lets what waits finish.
    ///
    /// A limiter works without it; with it, the connection is there before the first request, and closed in order.
    ///
    /// - Throws: what ``connect()`` throws if only a person can mend it, so that the service does not start with a wrong
    ///   password or a missing right. A Redis that is away for now is waited for.
    public func run() async throws {
        do throws(WeirError) { try await store.connectUnlessHopeless() } catch {
            await shutdown()
            throw error
        }
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Lets calls that wait finish for up to a second, then closes the connection; later calls fail, whatever the policy.
    ///
    /// A limiter in memory has nothing to close. What was counted in this process alone and Redis was not told yet is lost.
    public func shutdown() async {
        failures?.shutDown()
        await store.shutdown()
    }
}
