/// Where a pump gets its commands.
///
/// It asks only when it can send, so what waits until then can go out as one command.
@usableFromInline
package protocol CommandSource: Sendable {
    /// Whether there is something to send.
    var isWaiting: Bool { get }
    /// Whether enough waits to be sent now; while other commands are on their way, a few requests wait for more.
    func isReady(whileBusy: Bool) -> Bool
    /// Whether anybody still waits for an answer.
    var isBusy: Bool { get }
    /// The next commands, of so many requests together at most; none if there is not enough for one.
    func next(whileBusy: Bool, atMost most: Int) -> [OutgoingCommand]
    /// Answers those whose deadline has passed; `obstacle` says why nothing can be sent at the moment, if so.
    func expire(at now: ContinuousClock.Instant, obstacle: RedisError?)
    /// Takes no more requests.
    func close()
    /// Fails the requests that have not been sent.
    func abandon(with error: RedisError)
}
