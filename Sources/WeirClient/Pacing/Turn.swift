/// The right to send one request, to be given back with how it ended.
///
/// One that is dropped without, because its task has died, counts as a request that may have been sent and blocks nobody.
public struct Turn: ~Copyable, Sendable {
    let pacer: Pacer
    let number: UInt64

    init(_ pacer: Pacer, _ number: UInt64) {
        self.pacer = pacer
        self.number = number
    }

    deinit { pacer.finish(number, .failed) }

    /// The response has come: call it as soon as its header is there, since waits are counted from now.
    ///
    /// - Returns: whether it was refused, and has to be sent again after another turn.
    @discardableResult
    public consuming func finished(_ response: PacedResponse) -> Verdict { pacer.finish(number, with: response) }

    /// The request has failed without a response; whether it was counted is not known.
    public consuming func failed() {}

    /// What a response means for its request.
    public enum Verdict: Sendable, Hashable {
        /// The server has dealt with it, whatever the status says of that.
        case answered
        /// It was refused for a limit and did not run: the next turn comes after the told wait.
        case refused
        /// The server has failed or is overloaded; it may have run.
        case failed
    }
}
