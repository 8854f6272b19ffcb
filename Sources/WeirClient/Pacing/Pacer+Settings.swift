public import HTTPTypes

extension Pacer {
    /// When a pacer slows down, what it takes for a refusal, and how often and how long it tries.
    public struct Settings: Sendable, Hashable {
        /// The share of a limit above which requests go at once; 0.5 by default.
        ///
        /// Of 100, the 51st to the last unit are spaced, more and more, up to the window's length divided by the limit.
        /// Zero never spaces.
        public var ampleShare = 0.5
        /// The longest time for which requests are spaced while there are units left; 2 seconds by default.
        public var longestSpacing = Duration.seconds(2)
        /// The used share of a limit from which on ``Pacer/standing`` says near; 0.8 by default.
        public var nearShare = 0.8
        /// The statuses that say that a request was refused for a limit and did not run; 429 alone by default.
        ///
        /// For a portal that answers 402 to a group over its limit: `[.tooManyRequests, .init(code: 402)]`.
        public var refusals: Set<HTTPResponse.Status> = [.tooManyRequests]
        /// How often a request is sent at most; 5 by default.
        public var mostAttempts = 5
        /// How long a request waits at most, over all its attempts; 2 minutes by default.
        ///
        /// Where it is already known that it would wait longer, it fails at once.
        public var longestWait = Duration.seconds(120)
        /// The waits before what has failed is tried again, on top of those that a server tells.
        public var backoff = Backoff()
        /// How soon to ask again where nothing remains and the server tells no time; one second by default.
        public var unknownReset = Duration.seconds(1)

        /// The defaults.
        public init() {}
    }
}
