/// When to connect: one attempt at a time, with a backoff after each failure.
///
/// Told what happened, it answers what to do; it does neither I/O nor looks at a clock.
package struct Reconnection: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package enum Phase: Sendable, Equatable {
        case down(retryAt: Instant)
        case connecting(since: Instant)
        case up(since: Instant)
    }

    package private(set) var phase: Phase
    /// Why the last attempt or connection ended.
    package private(set) var lastFailure: RedisError?
    private var backoff: Backoff
    /// Whether the server became another one while this attempt was under way.
    private var hasMoved = false

    package init(backoff: Backoff = Backoff(), now: Instant) {
        self.backoff = backoff
        phase = .down(retryAt: now)
    }

    /// Work waits.
    ///
    /// Returns whether to start connecting now.
    package mutating func connectionWanted(at now: Instant) -> Bool {
        guard case .down(let retryAt) = phase, retryAt <= now else { return false }
        phase = .connecting(since: now)
        return true
    }

    /// Somebody waits to be told: not for long, whatever has failed before.
    package mutating func connectionAsked(at now: Instant) {
        guard case .down(let retryAt) = phase else { return }
        phase = .down(retryAt: min(retryAt, now + backoff.longest))
    }

    package mutating func connectionSucceeded(at now: Instant) {
        phase = .up(since: now)
        lastFailure = nil
        hasMoved = false
    }

    /// The server is another one from now on, so what has failed says nothing of the next attempt.
    package mutating func serverMoved(at now: Instant) {
        switch phase {
        case .down: phase = .down(retryAt: now)
        case .connecting: hasMoved = true
        case .up: break
        }
    }

    /// The connection was given up for another server: no failure, and nothing to wait for.
    ///
    /// - Parameters:
    ///   - reason: what those are told whose time passes before there is another connection.
    ///   - now: when.
    package mutating func connectionLeft(because reason: RedisError, at now: Instant) {
        if case .up(let since) = phase { backoff.connectionLasted(now - since) }
        lastFailure = reason
        hasMoved = false
        phase = .down(retryAt: now)
    }

    /// An attempt failed, or the connection ended.
    package mutating func connectionFailed(_ error: RedisError, at now: Instant, random: Double) {
        var start = now
        switch phase {
        case .up(let since): backoff.connectionLasted(now - since)
        // What an attempt took in vain has been waited: where packets vanish, that is all of its time.
        case .connecting(let since): start = since
        case .down: break
        }
        lastFailure = error
        let pause = backoff.next(isPermanent: error.isPermanent, random: random)
        phase = .down(retryAt: hasMoved ? now : max(now, start + pause))
        hasMoved = false
    }
}
