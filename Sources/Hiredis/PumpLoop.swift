internal import DequeModule
internal import Glibc
internal import Logging
internal import Synchronization

/// What the pump's thread does, turn by turn: connect, send, sleep, read, answer.
struct PumpLoop {
    private struct InFlight {
        let operation: Operation
        /// Where the command ends in all that was ever appended to the connection.
        let end: UInt64
        let sentAt: ContinuousClock.Instant
        /// Sent with the script's source, not its digest.
        let isWhole: Bool
    }

    private let pump: Pump
    private var link: Link?
    private var inFlight: Deque<InFlight> = []
    private var reconnection = Reconnection(now: .now)
    private var lastExpiry = ContinuousClock.now
    private var isConnectionWanted = false

    /// While somebody waits, deadlines are looked at this often.
    private static let tick: Duration = .milliseconds(5)

    init(pump: Pump) { self.pump = pump }

    mutating func run() {
        while turn() {}
        link = nil
        pump.ended()
    }

    /// Returns false when the pump has been stopped and nothing is left to do.
    private mutating func turn() -> Bool {
        let now = ContinuousClock.now
        let drainUntil = receiveMail(at: now)
        if let drainUntil {
            if now >= drainUntil { endEverything() }
            if inFlight.isEmpty && !pump.sources.contains(where: \.isBusy) { return false }
        }
        connectIfWanted(at: now)
        attempt { loop throws(RedisError) in try loop.send(at: now) }
        sleep(at: now, until: drainUntil)
        checkDeadlines()
        return true
    }

    // MARK: Connecting

    private mutating func receiveMail(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (attempt, drainUntil) = pump.mailbox.withLock { mailbox in
            defer { mailbox.attempt = nil }
            if mailbox.isConnectionWanted { isConnectionWanted = true }
            return (mailbox.attempt, mailbox.drainUntil)
        }
        switch attempt {
        case .success(let link):
            self.link = link
            reconnection.connectionSucceeded(at: now)
            pump.logger.debug("connected to Redis", metadata: ["redis": "\(pump.handshake.address)"])
        case .failure(let error):
            connectionFailed(error, at: now)
        case nil: break
        }
        return drainUntil
    }

    private mutating func connectIfWanted(at now: ContinuousClock.Instant) {
        guard link == nil else { return }
        if !isConnectionWanted { isConnectionWanted = pump.sources.contains(where: \.isWaiting) }
        guard isConnectionWanted, reconnection.connectionWanted(at: now) else { return }
        // Name resolution and the handshake block, and deadlines pass meanwhile: so not on this thread.
        SystemThread.start(named: "weir-connect") { [pump] in
            let attempt = Result { () throws(RedisError) in try pump.handshake.perform() }
            pump.mailbox.withLock { $0.attempt = attempt }
            pump.wakeup.signal()
        }
    }

    private mutating func connectionFailed(_ error: RedisError, at now: ContinuousClock.Instant) {
        if reconnection.lastFailure?.code != error.code {
            pump.logger.warning(
                "no connection to Redis",
                metadata: ["redis": "\(pump.handshake.address)", "reason": "\(error.message)"]
            )
        }
        reconnection.connectionFailed(error, at: now, random: .random(in: 0..<1))
    }

    // MARK: Sending and reading

    private mutating func attempt(_ body: (inout PumpLoop) throws(RedisError) -> Void) {
        do throws(RedisError) { try body(&self) } catch { closeLink(because: error) }
    }

    private mutating func send(at now: ContinuousClock.Instant) throws(RedisError) {
        guard let link else { return }
        fill: while inFlight.count < pump.handshake.options.depth {
            for source in pump.sources {
                guard let operation = source.next() else { continue }
                try append(operation, isWhole: false, to: link, at: now)
                continue fill
            }
            break
        }
        if link.hasUnsentBytes { try link.write() }
    }

    private mutating func append(
        _ operation: Operation,
        isWhole: Bool,
        to link: Link,
        at now: ContinuousClock.Instant
    ) throws(RedisError) {
        do throws(RedisError) {
            try link.append(operation.command, wholeScript: isWhole)
        } catch {
            operation.end(.failed(error))
            throw error
        }
        inFlight.append(InFlight(operation: operation, end: link.appended, sentAt: now, isWhole: isWhole))
    }

    private mutating func read(at now: ContinuousClock.Instant) throws(RedisError) {
        guard let link else { return }
        try link.read()
        while let reply = try link.nextReply() {
            guard let oldest = inFlight.popFirst() else {
                throw RedisError(.protocolViolation, "the server sent a reply that nobody asked for")
            }
            if case .error(let error) = reply, error.code == "NOSCRIPT", oldest.operation.command.script != nil,
                !oldest.isWhole
            {
                // It has not run; the source goes out on the same connection, and the server has it from then on.
                try append(oldest.operation, isWhole: true, to: link, at: now)
            } else {
                oldest.operation.end(.replied(reply))
            }
        }
    }

    /// Ends the connection.
    ///
    /// What had been handed over whole may have run; the rest has not and waits for the next one.
    private mutating func closeLink(because error: RedisError) {
        guard let link else { return }
        let sent = link.sent
        let unsent = inFlight.filter { $0.end > sent }
        for operation in inFlight where operation.end <= sent {
            operation.operation.end(.failed(error.afterSending))
        }
        for operation in unsent.reversed() { operation.operation.end(.unsent) }
        inFlight.removeAll()
        self.link = nil
        connectionFailed(error, at: .now)
    }

    // MARK: Waiting

    private mutating func sleep(at now: ContinuousClock.Instant, until drainUntil: ContinuousClock.Instant?) {
        pump.wakeup.prepareToSleep()
        let canSend = link != nil && inFlight.count < pump.handshake.options.depth
        let isWaiting = pump.sources.contains(where: \.isWaiting)
        let hasMail = pump.mailbox.withLock { $0.attempt != nil || ($0.drainUntil != nil) != (drainUntil != nil) }
        var timeout: Int32 = -1
        if isWaiting || !inFlight.isEmpty || drainUntil != nil {
            timeout = Int32(Self.tick.components.attoseconds / 1_000_000_000_000_000)
        }
        if case .down(let retryAt) = reconnection.phase, link == nil, isConnectionWanted {
            let pause = Int32(clamping: Int((max(.zero, retryAt - now) / .milliseconds(1)).rounded(.up)))
            timeout = timeout < 0 ? pause : min(timeout, pause)
        }
        if hasMail || (isWaiting && canSend) { timeout = 0 }

        var events = [pollfd(fd: pump.wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
        if let link {
            let wanted = POLLIN | (link.hasUnsentBytes ? POLLOUT : 0)
            events.append(pollfd(fd: link.descriptor, events: Int16(wanted), revents: 0))
        }
        let ready = poll(&events, nfds_t(events.count), timeout)
        pump.wakeup.awaken(isReadable: events[0].revents != 0)
        guard ready > 0, events.count > 1, events[1].revents & ~Int16(POLLOUT) != 0 else { return }
        attempt { loop throws(RedisError) in try loop.read(at: .now) }
    }

    private mutating func checkDeadlines() {
        let now = ContinuousClock.now
        guard now - lastExpiry >= Self.tick else { return }
        lastExpiry = now
        let obstacle = link == nil ? reconnection.lastFailure.map(Self.unreachable) ?? Self.stillConnecting : nil
        for source in pump.sources { source.expire(at: now, obstacle: obstacle) }
        if let oldest = inFlight.first, now - oldest.sentAt >= pump.handshake.options.stallLimit {
            closeLink(because: RedisError(.timedOut, "Redis has not answered for too long; the connection was closed"))
        }
    }

    private static let stillConnecting = RedisError(.unreachable, "the connection was not made before the deadline")

    private static func unreachable(_ failure: RedisError) -> RedisError {
        RedisError(.unreachable, "no connection: \(failure.message)", server: failure.server)
    }

    private mutating func endEverything() {
        for operation in inFlight { operation.operation.end(.failed(RedisError.shutDown.afterSending)) }
        inFlight.removeAll()
        link = nil
        for source in pump.sources { source.abandon(with: .shutDown) }
    }
}
