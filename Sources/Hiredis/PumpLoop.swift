internal import DequeModule
internal import Glibc
internal import Logging
internal import Synchronization

/// What the pump's thread does, turn by turn: connect, send, wait, read, answer.
struct PumpLoop {
    struct InFlight {
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

    let pump: Pump
    var connection: Connection?
    /// Where the connection leads to.
    var reached: RedisAddress.Endpoint?
    var announced = AnnouncedPrimary()
    var inFlight: Deque<InFlight> = []
    /// How many times commands went out that are not all answered: each time one, or one for each slot of a cluster.
    var rounds = 0
    var retirement: RedisError?
    var reconnection = Reconnection(now: .now)
    var lastExpiry = ContinuousClock.now
    var isConnectionWanted = false
    /// How many requests the next command has at most: little at first, so that a server that just came back is not
    /// flooded by all who wait for it.
    var batchLimit = 0
    /// Why nothing more is sent on this connection, if so: it ends when what is on its way has been answered.
    var obstacle: RedisError?
    /// Whether the connection is given up for one to another server.
    var isLeaving = false
    /// What people have been told of the server already.
    var warnings: [String] = []
    /// Why there is no connection, as far as people have been told, until they are told that there is one.
    var toldFailures: Set<String> = []

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
        pump.executor.runJobs()
        checkDeadlines()
        return true
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
    var bytesInFlight: UInt64 {
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
    mutating func closeConnection(because error: RedisError) {
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
        if hasMail || pump.executor.isWaiting
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
