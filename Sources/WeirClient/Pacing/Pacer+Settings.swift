public import HTTPTypes

extension Pacer {
    /// When a pacer slows down, what it takes for a refusal, and how often and how long it tries.
    ///
    /// What is set beyond the range of a setting becomes the end of that range: a `mostAttempts` of 0 is 1, a `nearShare` of
    /// 80 is 1. What is no number becomes the default. No time is longer than ten years.
    public struct Settings: Sendable, Hashable {
        /// The share of a limit above which requests go at once; 0.5 by default.
        ///
        /// Of 100, the 51st to the last unit are spaced, more and more, up to the window's length divided by the limit.
        /// Zero never spaces. From 0 to 1.
        public var ampleShare = 0.5 { didSet { ampleShare = ampleShare.asShare(otherwise: 0.5) } }
        /// The longest time for which requests are spaced while there are units left; 2 seconds by default, and at least none.
        public var longestSpacing = Duration.seconds(2) { didSet { longestSpacing = longestSpacing.bounded() } }
        /// The used share of a limit from which on ``Pacer/standing`` says near; 0.8 by default, from 0 to 1.
        public var nearShare = 0.8 { didSet { nearShare = nearShare.asShare(otherwise: 0.8) } }
        /// The statuses that say that a request was refused for a limit and did not run; 429 alone by default.
        ///
        /// For a portal that answers 402 to a group over its limit: `[.tooManyRequests, .init(code: 402)]`.
        public var refusals: Set<HTTPResponse.Status> = [.tooManyRequests]
        /// How often a request is sent at most; 5 by default, and at least 1.
        public var mostAttempts = 5 { didSet { mostAttempts = max(mostAttempts, 1) } }
        /// How long a request waits at most, over all its attempts; 2 minutes by default, and at least none.
        ///
        /// Where it is already known that it would wait longer, it fails at once.
        public var longestWait = Duration.seconds(120) { didSet { longestWait = longestWait.bounded() } }
        /// The waits before what has failed is tried again, on top of those that a server tells.
        public var backoff = Backoff()
        /// How soon to ask again where nothing remains and the server tells no time; one second by default, and at least a
        /// millisecond.
        public var unknownReset = Duration.seconds(1) {
            didSet { unknownReset = unknownReset.bounded(atLeast: .milliseconds(1)) }
        }

        /// The defaults.
        public init() {}
    }
}

extension Double {
    /// Between 0 and 1.
    fileprivate func asShare(otherwise: Double) -> Double { isNaN ? otherwise : min(max(self, 0), 1) }
}
