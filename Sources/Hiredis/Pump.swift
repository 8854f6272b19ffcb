package import Logging
internal import Synchronization

/// The thread that owns the connection, and what others may ask of it.
///
/// One dedicated thread writes commands and reads replies for all callers; the callers' tasks are suspended meanwhile, so
/// no cooperative thread ever blocks. The pump knows commands and nothing of what they mean.
package final class Pump: Sendable {
    /// What other threads leave for the pump's thread.
    struct Mailbox {
        var attempt: Result<Handshake.Outcome, RedisError>?
        /// Where the server is now, by those who watch.
        var announced: AnnouncedPrimary.Statement?
        var drainUntil: ContinuousClock.Instant?
        /// Why nothing more is sent, if so: what is on its way is waited for, and what waits is told this.
        var retirement: RedisError?
        var isConnectionWanted = false
        var isConnected = false
        var wasConnected = false
        /// Why there is no connection, if that is known.
        var lastFailure: RedisError?
        /// Those who want to know whether a connection can be had.
        var waitingForConnection: [CheckedContinuation<Result<Void, RedisError>, Never>] = []
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    let mailbox = Mutex(Mailbox())
    let wakeup: Wakeup
    let executor: PumpExecutor
    let sources: [any CommandSource]
    let handshake: Handshake
    /// Nil where nobody says that the server is another one.
    let watch: SentinelWatch?
    let logger: Logger
    /// How often a connection was tried, whatever came of it.
    let attempts = Atomic<Int>(0)

    package init(
        locator: any ServerLocator,
        options: ConnectionOptions,
        wakeup: Wakeup,
        sources: [any CommandSource],
        logger: Logger
    ) throws(RedisError) {
        self.wakeup = wakeup
        executor = PumpExecutor(wakeup: wakeup)
        self.sources = sources
        self.logger = logger
        handshake = Handshake(locator: locator, options: options)
        watch = try (locator as? SentinelLocator).map { sentinels throws(RedisError) in
            try SentinelWatch(sentinels, logger: logger)
        }
        try watch?.start { [self] in announce($0) }
        do throws(RedisError) { try start() } catch {
            watch?.end()
            throw error
        }
    }

    private func start() throws(RedisError) {
        try SystemThread.start(named: "weir-pump") { [self] in
            wakeup.belongsToThisThread()
            var loop = PumpLoop(pump: self)
            loop.run()
        }
    }

    /// Connects now instead of at the first command, and returns once it is known whether that can be done.
    ///
    /// After a failure the pump goes on trying.
    package func connect() async throws(RedisError) {
        let result = await withCheckedContinuation { continuation in
            let known: Result<Void, RedisError>? = mailbox.withLock { mailbox in
                if mailbox.hasEnded || mailbox.drainUntil != nil { return .failure(.shutDown) }
                mailbox.isConnectionWanted = true
                if mailbox.isConnected { return .success(()) }
                mailbox.waitingForConnection.append(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
            wakeup.signal(.mail)
        }
        try result.get()
    }

    /// Tells whoever waits for a connection how it went.
    func connectionChanged(_ result: Result<Void, RedisError>) {
        let waiting = mailbox.withLock { mailbox in
            switch result {
            case .success: (mailbox.isConnected, mailbox.wasConnected, mailbox.lastFailure) = (true, true, nil)
            case .failure(let error): (mailbox.isConnected, mailbox.lastFailure) = (false, error)
            }
            defer { mailbox.waitingForConnection = [] }
            return mailbox.waitingForConnection
        }
        for continuation in waiting { continuation.resume(returning: result) }
        handshake.options.connectionChanged?(result)
    }

    /// How it stands with the connection.
    package var state: ConnectionState {
        mailbox.withLock { mailbox in
            if mailbox.hasEnded || mailbox.drainUntil != nil { return .ended }
            if mailbox.isConnected { return .connected }
            guard let failure = mailbox.lastFailure else { return mailbox.wasConnected ? .leaving : .connecting }
            return .failed(failure, wasConnected: mailbox.wasConnected)
        }
    }

    /// Ends as `stop` does, but lets nobody wait: what has not been sent fails with `error`.
    package func retire(with error: RedisError) {
        mailbox.withLock { $0.retirement = error }
        stop()
    }

    /// Refuses new commands, and ends when those that wait have been answered or the drain limit has passed.
    package func stop() {
        for source in sources { source.close() }
        mailbox.withLock { mailbox in
            if mailbox.drainUntil == nil { mailbox.drainUntil = .now + handshake.options.drainLimit }
        }
        wakeup.signal(.mail)
    }

    /// Stops, and returns when the thread has ended and every caller has its answer.
    package func shutdown() async {
        stop()
        await withCheckedContinuation { continuation in
            let hasEnded = mailbox.withLock { mailbox in
                if !mailbox.hasEnded { mailbox.waitingForEnd.append(continuation) }
                return mailbox.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// A connection that was made, or why none was; one that comes after the end is closed.
    func deliver(_ attempt: Result<Handshake.Outcome, RedisError>) {
        mailbox.withLock { mailbox in
            if !mailbox.hasEnded { mailbox.attempt = attempt }
        }
        wakeup.signal(.mail)
    }

    /// Where the server is now; a connection to another one is given up.
    func announce(_ statement: AnnouncedPrimary.Statement) {
        mailbox.withLock { $0.announced = statement }
        wakeup.signal(.mail)
    }

    /// There is no connection, and soon another one.
    func connectionLeft() {
        mailbox.withLock { $0.isConnected = false }
    }

    func ended() {
        watch?.end()
        executor.end()
        connectionChanged(.failure(.shutDown))
        let waiting = mailbox.withLock { mailbox in
            mailbox.hasEnded = true
            mailbox.attempt = nil
            defer { mailbox.waitingForEnd = [] }
            return mailbox.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }
}
