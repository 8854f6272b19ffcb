/// A command that goes out, and what is to be done with its end.
package struct Operation: Sendable {
    package enum Ending: Sendable {
        case replied(Reply)
        /// Nothing more will come; the error says whether the command may have run.
        case failed(RedisError)
        /// The connection ended before the command was handed over whole; it has certainly not run.
        case unsent
    }

    package let command: Command
    package let end: @Sendable (Ending) -> Void

    package init(_ command: Command, end: @escaping @Sendable (Ending) -> Void) {
        self.command = command
        self.end = end
    }
}

/// Where a pump gets its commands.
///
/// It asks only when it can send, so what waits until then can go out as one command.
package protocol CommandSource: Sendable {
    /// Whether there is something to send.
    var isWaiting: Bool { get }
    /// Whether anybody still waits for an answer.
    var isBusy: Bool { get }
    /// The next command, or nil if there is none.
    func next() -> Operation?
    /// Answers those whose deadline has passed; `obstacle` says why nothing can be sent at the moment, if so.
    func expire(at now: ContinuousClock.Instant, obstacle: RedisError?)
    /// Takes no more requests.
    func close()
    /// Fails the requests that have not been sent.
    func abandon(with error: RedisError)
}
