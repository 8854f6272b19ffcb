/// What a Sentinel says to a subscriber, and for how long it may say nothing.
///
/// Told what was read and what time it is, it answers what to do; it does neither I/O nor looks at a clock.
struct SentinelSubscription {
    typealias Instant = ContinuousClock.Instant

    /// What a message means.
    enum News: Equatable {
        /// From now on no change is missed.
        case subscribed
        /// The primary is here now.
        case moved(RedisAddress.Endpoint)
    }

    /// What to do when there is nothing to read.
    enum Step: Equatable {
        case wait(until: Instant)
        /// To find out whether the Sentinel is still there.
        case ping
    }

    /// How long it may say nothing before it is asked whether it is there.
    static let quietTime: Duration = .seconds(5)

    private let set: SentinelSet
    private let patience: Duration
    private var heardAt: Instant
    private var askedAt: Instant?

    /// What a subscriber says first.
    static var command: Command {
        var command = Command("SUBSCRIBE")
        for channel in SentinelAnswer.channels { command.append(channel) }
        return command
    }

    /// - Parameters:
    ///   - set: of which the Sentinel is.
    ///   - patience: how long it may take to answer.
    ///   - now: when it was asked to subscribe us.
    init(to set: SentinelSet, patience: Duration, at now: Instant) {
        self.set = set
        self.patience = patience
        heardAt = now
        askedAt = now
    }

    /// - Parameters:
    ///   - reply: what was read.
    ///   - now: when.
    /// - Returns: what is new, if anything is.
    /// - Throws: ``RedisError`` if it is not what a subscriber is told.
    mutating func news(in reply: Reply, at now: Instant) throws(RedisError) -> News? {
        heardAt = now
        if case .error(let error) = reply { throw SentinelAnswer.explained(RedisError(error)) }
        guard case .array(let parts) = reply, let kind = parts.first?.string else { throw Self.nonsense }
        switch kind {
        case "pong":
            askedAt = nil
            return nil
        case "subscribe":
            guard parts.last == .integer(SentinelAnswer.channels.count) else { return nil }
            askedAt = nil
            return .subscribed
        case "message":
            guard parts.count == 3, let channel = parts[1].string, SentinelAnswer.channels.contains(channel),
                let payload = parts[2].string
            else { throw Self.nonsense }
            return SentinelAnswer.newPrimary(in: payload, on: channel, for: set).map { .moved($0) }
        default: throw Self.nonsense
        }
    }

    /// - Parameter now: the time.
    /// - Returns: what to do.
    /// - Throws: ``RedisError`` if it has been silent for too long.
    mutating func step(at now: Instant) throws(RedisError) -> Step {
        if let askedAt {
            guard now < askedAt + patience else {
                throw RedisError(.timedOut, "the Sentinel has said nothing for too long")
            }
            return .wait(until: askedAt + patience)
        }
        guard now >= heardAt + Self.quietTime else { return .wait(until: heardAt + Self.quietTime) }
        askedAt = now
        return .ping
    }

    private static let nonsense = RedisError(
        .protocolViolation,
        "a Sentinel said something that is not for a subscriber"
    )
}
