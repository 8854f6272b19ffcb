package import Hiredis

/// Why there is no decision.
///
/// A refusal is not an error: it is a ``Decision``. Messages name the culprit and what to do, and never hold a token, a
/// user or a password.
public struct WeirError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    ///
    /// More may come: always handle the others too.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A bounded text, fit for a metric label.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// A rule, or the rules together, make no sense.
        public static let invalidRule = Code("invalid_rule")
        /// The address of Redis or an option makes no sense.
        public static let invalidConfiguration = Code("invalid_configuration")
        /// The descriptor lacks a part that a rule counts by.
        public static let invalidDescriptor = Code("invalid_descriptor")
        /// The cost is out of range.
        public static let invalidCost = Code("invalid_cost")
        /// The cost is above the limit, so no wait would help.
        public static let neverPossible = Code("never_possible")
        /// Something else is stored under a window's key.
        public static let unreadableWindow = Code("unreadable_window")
        /// There is no connection to Redis.
        public static let unreachable = Code("unreachable")
        /// Redis did not answer before the deadline.
        public static let timedOut = Code("timed_out")
        /// The connection ended while the answer was awaited.
        public static let connectionLost = Code("connection_lost")
        /// What came back from Redis makes no sense.
        public static let protocolViolation = Code("protocol_violation")
        /// Redis refused: it is full, loading, read-only, or lacks a right.
        public static let refused = Code("refused")
        /// Too many requests wait for Redis.
        public static let overloaded = Code("overloaded")
        /// The calling task was cancelled.
        public static let cancelled = Code("cancelled")
        /// The limiter was shut down.
        public static let shutDown = Code("shut_down")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and what to do about it.
    public let message: String
    /// Whether the units may have been charged although nobody knows: treat them as spent.
    public let mayHaveCounted: Bool

    /// Whether the same call may succeed later, and cannot be charged twice if it is repeated.
    public let isRetryable: Bool

    package init(_ code: Code, _ message: String, mayHaveCounted: Bool = false, isRetryable: Bool = false) {
        self.code = code
        self.message = message
        self.mayHaveCounted = mayHaveCounted
        self.isRetryable = isRetryable
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }

    package init(_ error: RedisError) {
        let code: Code =
            switch error.code {
            case .unreachable: .unreachable
            case .timedOut: .timedOut
            case .connectionLost: .connectionLost
            case .protocolViolation: .protocolViolation
            case .refused: .refused
            case .overloaded: .overloaded
            case .cancelled: .cancelled
            case .shutDown: .shutDown
            }
        let passing: Set<Code> = [.unreachable, .timedOut, .connectionLost, .refused, .overloaded]
        self.init(
            code,
            error.message,
            mayHaveCounted: error.mayHaveRun,
            isRetryable: passing.contains(code) && !error.mayHaveRun && !error.isPermanent
        )
    }
}
