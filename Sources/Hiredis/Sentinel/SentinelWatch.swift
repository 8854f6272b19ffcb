internal import Glibc
internal import Logging
internal import Synchronization

/// Hears from one Sentinel after another when the primary becomes another one, on a thread of its own.
///
/// A primary that Sentinels depose may take writes for some seconds before it knows; they would be lost.
final class SentinelWatch: Sendable {
    private struct State {
        var isWanted = false
        var hasEnded = false
    }

    private let locator: SentinelLocator
    private let logger: Logger
    private let wakeup: Wakeup
    private let state = Mutex(State())

    init(_ locator: SentinelLocator, logger: Logger) throws(RedisError) {
        self.locator = locator
        self.logger = logger
        wakeup = try Wakeup()
    }

    /// Starts the thread, which does nothing before `begin`.
    ///
    /// - Parameter announce: told where the primary is, at first and whenever a Sentinel tells of another one, also
    ///   if it has been told before: who went there may have been led back meanwhile.
    /// - Throws: ``RedisError`` if there is no thread to be had.
    func start(
        announcing announce: @escaping @Sendable (AnnouncedPrimary.Statement) -> Void
    ) throws(RedisError) {
        try SystemThread.start(named: "weir-sentinel") { [self] in run(announcing: announce) }
    }

    /// Connects from now on.
    func begin() {
        let isNew = state.withLock { state in
            defer { state.isWanted = true }
            return !state.isWanted
        }
        if isNew { wakeup.signal(.mail) }
    }

    /// Ends the thread, soon.
    func end() {
        state.withLock { $0.hasEnded = true }
        wakeup.signal(.mail)
    }

    private var hasEnded: Bool { state.withLock { $0.hasEnded } }

    private func run(announcing announce: (AnnouncedPrimary.Statement) -> Void) {
        while state.withLock({ !$0.isWanted && !$0.hasEnded }) {
            sleep(until: nil) { state in state.isWanted || state.hasEnded }
        }
        var backoff = Backoff()
        var known: RedisAddress.Endpoint?
        var told: Set<String> = []
        for turn in 0... {
            if hasEnded { return }
            let beginning = ContinuousClock.now
            do throws(RedisError) {
                try listen(toSentinel: turn % locator.set.sentinels.count) { statement in
                    told = []
                    if statement.isNews || statement.endpoint != known { announce(statement) }
                    known = statement.endpoint
                }
                return
            } catch {
                backoff.connectionLasted(.now - beginning)
                tell(error, unless: &told)
                sleep(until: .now + backoff.next(isPermanent: error.isPermanent, random: .random(in: 0..<1))) {
                    $0.hasEnded
                }
            }
        }
    }

    private func tell(_ error: RedisError, unless told: inout Set<String>) {
        guard told.insert(error.message).inserted else { return }
        logger.log(
            level: error.isPermanent ? .warning : .debug,
            "no Sentinel to hear of a new primary from",
            metadata: ["redis": "\(locator)", "reason": "\(error.message)"]
        )
    }

    /// Listens until the end or until the Sentinel is lost.
    ///
    /// - Parameters:
    ///   - place: of the Sentinel in the address.
    ///   - found: told where the primary is.
    /// - Throws: ``RedisError`` if it is lost.
    private func listen(
        toSentinel place: Int,
        _ found: (AnnouncedPrimary.Statement) -> Void
    ) throws(RedisError) {
        let connection = try conversation(place).connection
        var subscription = SentinelSubscription(to: locator.set, patience: locator.options.stallLimit, at: .now)
        try connection.append(SentinelSubscription.command, wholeScript: false)
        while !hasEnded {
            if connection.hasUnsentBytes { try connection.write() }
            while let reply = try connection.nextReply() {
                switch try subscription.news(in: reply, at: .now) {
                case .moved(let endpoint):
                    locator.prefer(place)
                    found(AnnouncedPrimary.Statement(endpoint: endpoint, isNews: true))
                case .subscribed:
                    // What changed before is told to nobody; a subscriber must not ask, so another connection does.
                    let endpoint = try conversation(place).primary(before: .now + locator.options.connectTimeout)
                    locator.prefer(place)
                    found(AnnouncedPrimary.Statement(endpoint: endpoint, isNews: false))
                case nil: break
                }
            }
            switch try subscription.step(at: .now) {
            case .ping: try connection.append(Command("PING"), wholeScript: false)
            case .wait(let instant): if sleep(until: instant, or: connection) { try connection.read() }
            }
        }
    }

    private func conversation(_ place: Int) throws(RedisError) -> SentinelConversation {
        let credentials = try locator.options.credentials?()
        let deadline = ContinuousClock.now + locator.options.connectTimeout
        return try locator.conversation(withSentinel: place, as: credentials, before: deadline)
    }

    /// Sleeps until something is to be done, and at most until an instant; returns whether there is something to read.
    @discardableResult
    private func sleep(
        until end: ContinuousClock.Instant?,
        or connection: Connection? = nil,
        unless isDone: (State) -> Bool = { $0.hasEnded }
    ) -> Bool {
        wakeup.prepareToSleep(until: .mail)
        var timeout = end.map { Int32(clamping: Int((max(.zero, $0 - .now) / .milliseconds(1)).rounded(.up))) } ?? -1
        if isDone(state.withLock { $0 }) { timeout = 0 }
        var events = [pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
        if let connection {
            events.append(pollfd(fd: connection.descriptor, events: connection.wantedEvents, revents: 0))
        }
        _ = poll(&events, nfds_t(events.count), timeout)
        wakeup.awaken(isReadable: events[0].revents != 0)
        guard let connection, events.count > 1 else { return false }
        return events[1].revents & ~Int16(POLLOUT) != 0 || events[1].revents != 0 && connection.readWaitsToWrite
    }
}
