internal import Logging
internal import Synchronization

/// How the pump comes to its connection, and leaves it for another.
extension PumpLoop {
    mutating func receiveMail(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
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

    mutating func connected(_ outcome: Handshake.Outcome, at now: ContinuousClock.Instant) {
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
    mutating func serverAnnounced(_ statement: AnnouncedPrimary.Statement, at now: ContinuousClock.Instant) {
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

    mutating func connectIfWanted(at now: ContinuousClock.Instant) {
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

    mutating func connectionFailed(_ error: RedisError, at now: ContinuousClock.Instant) {
        if toldFailures.insert(error.message).inserted {
            pump.logger.warning(
                "no connection to Redis",
                metadata: ["redis": "\(pump.handshake.locator)", "reason": "\(error.message)"]
            )
        }
        reconnection.connectionFailed(error, at: now, random: .random(in: 0..<1))
        pump.connectionChanged(.failure(error.whileConnecting))
    }
}
