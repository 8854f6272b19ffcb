internal import DequeModule
internal import Glibc
internal import Logging
internal import Synchronization

/// What the pump's thread does, turn by turn: connect, send, wait, read, answer.
struct PumpLoop {
    private struct InFlight {
        let outgoing: OutgoingCommand
        /// Where the command begins in all that was ever appended to the connection.
        let start: UInt64
        /// Where the command ends in all that was ever appended to the connection.
        let end: UInt64
        let sentAt: ContinuousClock.Instant
        /// Sent with the script's source, not its digest.
        let isWhole: Bool
        /// Whether it is the last of those that went out together.
        let endsRound: Bool
        /// How many replies come before its own.
        var preludes: Int
    }

    private let pump: Pump
    private var connection: Connection?
    /// Where the connection leads to.
    private var reached: RedisAddress.Endpoint?
    private var announced = AnnouncedPrimary()
    private var inFlight: Deque<InFlight> = []
    /// How many times commands went out that are not all answered: each time one, or one for each slot of a cluster.
    private var rounds = 0
    private var retirement: RedisError?
    private var reconnection = Reconnection(now: .now)
    private var lastExpiry = ContinuousClock.now
    private var isConnectionWanted = false
    /// How many requests the next command has at most: little at first, so that a server that just came back is not
    /// flooded by all who wait for it.
    private var batchLimit = 0
    /// Why nothing more is sent on this connection, if so: it ends when what is on its way has been answered.
    private var obstacle: RedisError?
    /// Whether the connection is given up for one to another server.
    private var isLeaving = false
    /// What people have been told of the server already.
    private var warnings: [String] = []
    /// Why there is no connection, as far as people have been told, until they are told that there is one.
    private var toldFailures: Set<String> = []

    /// While somebody waits, deadlines are looked at this often.
    private static let tick: Duration = .milliseconds(5)
    /// Where the limit of batches ends to grow; sources have their own.
    private static let largestBatch = 1 << 16

    init(pump: Pump) { self.pump = pump }

    mutating func run() {
        while turn() {}
        connection = nil
        pump.ended()
    }

    /// Returns false when the pump has been stopped and nothing is left to do.
    private mutating func turn() -> Bool {
        let now = ContinuousClock.now
        let drainUntil = receiveMail(at: now)
        if let drainUntil {
            if let retirement {
                for source in pump.sources { source.abandon(with: retirement) }
            }
            if now >= drainUntil { endEverything() }
            if inFlight.isEmpty && !pump.sources.contains(where: { $0.isBusy }) { return false }
        }
        connectIfWanted(at: now)
        attempt { loop throws(RedisError) in try loop.send(at: now) }
        waitAndRead(at: now, until: drainUntil)
        checkDeadlines()
        return true
    }

    // MARK: Connecting

    private mutating func receiveMail(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (attempt, news, drainUntil) = pump.mailbox.withLock { mailbox in
            defer { (mailbox.attempt, mailbox.announced) = (nil, nil) }
            if mailbox.isConnectionWanted { isConnectionWanted = true }
            if !mailbox.waitingForConnection.isEmpty { reconnection.connectionAsked(at: now) }
            retirement = mailbox.retirement
            return (mailbox.attempt, mailbox.announced, mailbox.drainUntil)
        }
        switch attempt {
        case .success(let outcome):
            switch announced.reached(outcome.address.endpoint, at: now) {
            case .use: connected(outcome, at: now)
            case .overtaken: reconnection.connectionLeft(because: Self.elsewhere, at: now)
            case .contradicted:
                let error = pump.handshake.locator.failed(at: outcome.address, because: Self.elsewhere)
                connectionFailed(error, at: now)
            }
        case .failure(let error): connectionFailed(error, at: now)
        case nil: break
        }
        if let news { serverAnnounced(news, at: now) }
        return drainUntil
    }

    private mutating func connected(_ outcome: Handshake.Outcome, at now: ContinuousClock.Instant) {
        connection = outcome.connection
        reached = outcome.address.endpoint
        isLeaving = false
        batchLimit = pump.handshake.options.firstBatch
        obstacle = nil
        reconnection.connectionSucceeded(at: now)
        pump.logger.log(
            level: toldFailures.isEmpty ? .debug : .notice,
            "connected to Redis",
            metadata: ["redis": "\(outcome.address)"]
        )
        toldFailures = []
        for warning in outcome.warnings where !warnings.contains(warning) {
            pump.logger.warning("\(warning)", metadata: ["redis": "\(outcome.address)"])
        }
        warnings = outcome.warnings
        pump.connectionChanged(.success(()))
    }

    /// The server is here now: no other is sent anything more, nor waited for.
    private mutating func serverAnnounced(_ statement: AnnouncedPrimary.Statement, at now: ContinuousClock.Instant) {
        guard announced.heard(statement, at: now) else { return }
        reconnection.serverMoved(at: now)
        let endpoint = statement.endpoint
        guard let reached, connection != nil else { return }
        guard reached != endpoint else {
            // Known, but said again: that there is a connection to it already is to be known too.
            if !isLeaving { _ = announced.reached(endpoint, at: now) }
            return
        }
        pump.logger.notice("Redis has another primary", metadata: ["redis": "\(endpoint)", "before": "\(reached)"])
        isLeaving = true
        obstacle = Self.elsewhere
        if inFlight.isEmpty { closeConnection(because: Self.elsewhere) }
    }

    private static let elsewhere = RedisError(.connectionLost, "the Sentinels name another primary")

    private mutating func connectIfWanted(at now: ContinuousClock.Instant) {
        guard connection == nil, retirement == nil else { return }
        if !isConnectionWanted { isConnectionWanted = pump.sources.contains { $0.isWaiting } }
        guard isConnectionWanted, reconnection.connectionWanted(at: now) else { return }
        announced.attemptBegins()
        pump.watch?.begin()
        pump.attempts.wrappingAdd(1, ordering: .relaxed)
        // Name resolution and the handshake block, and deadlines pass meanwhile: so not on this thread.
        do throws(RedisError) {
            try SystemThread.start(named: "weir-connect") { [pump] in
                pump.deliver(Result { () throws(RedisError) in try pump.handshake.perform() })
            }
        } catch {
            connectionFailed(error, at: now)
        }
    }

    private mutating func connectionFailed(_ error: RedisError, at now: ContinuousClock.Instant) {
        if toldFailures.insert(error.message).inserted {
            pump.logger.warning(
                "no connection to Redis",
                metadata: ["redis": "\(pump.handshake.locator)", "reason": "\(error.message)"]
            )
        }
        reconnection.connectionFailed(error, at: now, random: .random(in: 0..<1))
        pump.connectionChanged(.failure(error.whileConnecting))
    }

    // MARK: Sending and reading

    private mutating func attempt(_ body: (inout PumpLoop) throws(RedisError) -> Void) {
        do throws(RedisError) { try body(&self) } catch { closeConnection(because: error) }
    }

    private mutating func send(at now: ContinuousClock.Instant) throws(RedisError) {
        guard let connection else { return }
        let options = pump.handshake.options
        fill: while obstacle == nil, rounds < options.depth, bytesInFlight < options.bytesInFlight {
            for source in pump.sources {
                let outgoing = source.next(whileBusy: !inFlight.isEmpty, atMost: batchLimit)
                if outgoing.isEmpty { continue }
                try append(outgoing, to: connection, at: now)
                continue fill
            }
            break
        }
        if connection.hasUnsentBytes { try connection.write() }
    }

    /// What has been appended and not been answered.
    private var bytesInFlight: UInt64 {
        inFlight.first.flatMap { oldest in connection.map { $0.appended - oldest.start } } ?? 0
    }

    private mutating func append(
        _ round: [OutgoingCommand],
        to connection: Connection,
        at now: ContinuousClock.Instant
    ) throws(RedisError) {
        for (index, outgoing) in round.enumerated() {
            do throws(RedisError) {
                try append(outgoing, isWhole: false, endsRound: index == round.count - 1, to: connection, at: now)
            } catch {
                for unsent in round[(index + 1)...].reversed() { unsent.end(.unsent) }
                throw error
            }
        }
    }

    private mutating func append(
        _ outgoing: OutgoingCommand,
        isWhole: Bool,
        endsRound: Bool,
        to connection: Connection,
        at now: ContinuousClock.Instant
    ) throws(RedisError) {
        let start = connection.appended
        do throws(RedisError) {
            try connection.append(outgoing.command, wholeScript: isWhole)
        } catch {
            outgoing.end(.failed(error))
            throw error
        }
        inFlight.append(
            InFlight(
                outgoing: outgoing,
                start: start,
                end: connection.appended,
                sentAt: now,
                isWhole: isWhole,
                endsRound: endsRound,
                preludes: outgoing.command.isAsking ? 1 : 0
            )
        )
        if endsRound { rounds += 1 }
    }

    private mutating func read(at now: ContinuousClock.Instant) throws(RedisError) {
        guard let connection else { return }
        try connection.read()
        var answered: [(command: OutgoingCommand, reply: Reply)] = []
        var refused: [OutgoingCommand] = []
        defer {
            for (command, reply) in answered { command.end(.replied(reply)) }
            // They go back to the head of their queues, the last one first, and out again on the next connection.
            for command in refused.reversed() { command.end(.unsent) }
        }
        while let reply = try connection.nextReply() {
            guard let preludes = inFlight.first?.preludes else { throw .unaskedReply }
            if preludes > 0 {
                inFlight[0].preludes -= 1
                continue
            }
            let oldest = inFlight.removeFirst()
            if oldest.endsRound { rounds -= 1 }
            if case .error(let error) = reply, error.code == "NOSCRIPT", oldest.outgoing.command.script != nil,
                !oldest.isWhole
            {
                // It has not run; the source goes out on the same connection, and the server has it from then on.
                if obstacle == nil {
                    try append(
                        oldest.outgoing,
                        isWhole: true,
                        endsRound: oldest.endsRound,
                        to: connection,
                        at: now
                    )
                } else {
                    refused.append(oldest.outgoing)
                }
            } else if case .error(let error) = reply, error.wantsOtherConnection {
                obstacle = RedisError(error).advised
                refused.append(oldest.outgoing)
            } else {
                batchLimit = min(2 * batchLimit, Self.largestBatch)
                answered.append((oldest.outgoing, reply))
            }
        }
        if let obstacle, inFlight.isEmpty { throw obstacle }
        // Before the answers are handed out, so that the server has something to do meanwhile.
        try send(at: now)
    }

    /// Ends the connection.
    ///
    /// What had been handed over whole may have run; the rest has not and waits for the next one.
    private mutating func closeConnection(because error: RedisError) {
        guard let connection else { return }
        let sent = connection.sent
        let unsent = inFlight.filter { $0.end > sent }
        for command in inFlight where command.end <= sent {
            command.outgoing.end(.failed(error.afterSending))
        }
        for command in unsent.reversed() { command.outgoing.end(.unsent) }
        inFlight.removeAll()
        rounds = 0
        self.connection = nil
        guard isLeaving else { return connectionFailed(error, at: .now) }
        reconnection.connectionLeft(because: error, at: .now)
        pump.connectionLeft()
    }

    // MARK: Waiting

    private mutating func waitAndRead(at now: ContinuousClock.Instant, until drainUntil: ContinuousClock.Instant?) {
        let isBusy = !inFlight.isEmpty
        let options = pump.handshake.options
        let isFull = rounds >= options.depth || bytesInFlight >= options.bytesInFlight
        pump.wakeup.prepareToSleep(until: isFull ? .mail : isBusy ? .batch : .request)
        let isWaiting = pump.sources.contains { $0.isWaiting }
        let hasMail = pump.mailbox.withLock { mailbox in
            mailbox.attempt != nil || mailbox.announced != nil || mailbox.drainUntil != drainUntil
                || mailbox.isConnectionWanted && !isConnectionWanted
        }
        var timeout: Int32 = -1
        if isWaiting || !inFlight.isEmpty || drainUntil != nil {
            timeout = Int32(Self.tick.components.attoseconds / 1_000_000_000_000_000)
        }
        if case .down(let retryAt) = reconnection.phase, connection == nil, isConnectionWanted {
            let pause = Int32(clamping: Int((max(.zero, retryAt - now) / .milliseconds(1)).rounded(.up)))
            timeout = timeout < 0 ? pause : min(timeout, pause)
        }
        if hasMail
            || (connection != nil && obstacle == nil && !isFull
                && pump.sources.contains { $0.isReady(whileBusy: isBusy) })
        {
            timeout = 0
        }

        var events = [pollfd(fd: pump.wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
        if let connection {
            events.append(pollfd(fd: connection.descriptor, events: connection.wantedEvents, revents: 0))
        }
        let ready = poll(&events, nfds_t(events.count), timeout)
        pump.wakeup.awaken(isReadable: events[0].revents != 0)
        guard ready > 0, events.count > 1, let connection else { return }
        guard events[1].revents & ~Int16(POLLOUT) != 0 || connection.readWaitsToWrite else { return }
        attempt { loop throws(RedisError) in try loop.read(at: .now) }
    }

    private mutating func checkDeadlines() {
        let now = ContinuousClock.now
        guard now - lastExpiry >= Self.tick else { return }
        lastExpiry = now
        let reason = reconnection.lastFailure?.whileConnecting ?? .stillConnecting
        let obstacle = connection == nil ? reason : self.obstacle?.whileConnecting
        for source in pump.sources { source.expire(at: now, obstacle: obstacle) }
        if let oldest = inFlight.first, now - oldest.sentAt >= pump.handshake.options.stallLimit {
            closeConnection(
                because: RedisError(.timedOut, "Redis has not answered for too long; the connection was closed")
            )
        }
    }

    private mutating func endEverything() {
        for command in inFlight { command.outgoing.end(.failed(RedisError.shutDown.afterSending)) }
        inFlight.removeAll()
        rounds = 0
        connection = nil
        for source in pump.sources { source.abandon(with: retirement ?? .shutDown) }
    }
}
