package import Hiredis

/// Why there is no decision.
///
/// A refusal is not an error: it is a ``Decision``, a ``CreationOutcome`` or a ``Registration``. Messages name the culprit
/// and what to do, and never hold a token, a user or a password.
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
        /// An override's limit or end makes no sense.
        public static let invalidOverride = Code("invalid_override")
        /// A quota, the name of its owner, or a durability makes no sense.
        public static let invalidQuota = Code("invalid_quota")
        /// A site is not one.
        public static let invalidSite = Code("invalid_site")
        /// A grant to a production group makes no sense.
        public static let invalidGrant = Code("invalid_grant")
        /// An operation id makes no sense, or was used for something else.
        public static let invalidOperation = Code("invalid_operation")
        /// Another group holds what was asked for, or another operator was quicker.
        public static let conflict = Code("conflict")
        /// The descriptor lacks a part that a rule counts by.
        public static let invalidDescriptor = Code("invalid_descriptor")
        /// The cost, or the count of objects, is out of range.
        public static let invalidCost = Code("invalid_cost")
        /// The cost is above the limit, so no wait would help.
        public static let neverPossible = Code("never_possible")
        /// Something else is stored under a window's key.
        public static let unreadableWindow = Code("unreadable_window")
        /// Something else is stored under a quota's key.
        public static let unreadableQuota = Code("unreadable_quota")
        /// What an operator has set in place of a limit is no limit.
        public static let unreadableOverride = Code("unreadable_override")
        /// There is no connection to Redis.
        public static let unreachable = Code("unreachable")
        /// The TLS handshake with Redis failed, or a certificate is not to be trusted.
        public static let tlsFailed = Code("tls_failed")
        /// Redis did not answer before the deadline.
        public static let timedOut = Code("timed_out")
        /// The connection ended while the answer was awaited.
        public static let connectionLost = Code("connection_lost")
        /// The server is not one that can be used: too old, or a Sentinel.
        public static let unsuitable = Code("unsuitable")
        /// What came back from Redis makes no sense.
        public static let protocolViolation = Code("protocol_violation")
        /// Redis refused: it is full, loading, read-only, or its user has a wrong password or lacks a right.
        public static let refused = Code("refused")
        /// Too many requests wait for Redis, or it answers them too slowly to be in time.
        public static let overloaded = Code("overloaded")
        /// Redis has failed so often in a row that it was not asked.
        public static let breakerOpen = Code("breaker_open")
        /// The calling task was cancelled.
        public static let cancelled = Code("cancelled")
        /// The limiter or the keeper was shut down.
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
            case .tlsFailed: .tlsFailed
            case .timedOut: .timedOut
            case .connectionLost: .connectionLost
            case .unsuitable: .unsuitable
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

extension WeirError {
    static let strangeStatus = WeirError(
        .protocolViolation,
        "the script answered with a status that it does not have",
        mayHaveCounted: true
    )

    /// What an operator has set for a window or a quota cannot be read.
    static func unreadableOverride(of name: String, _ key: [UInt8], limits: [UInt8]) -> WeirError {
        let field = LimitStages.field(of: key)
        let limits = String(decoding: limits, as: UTF8.self)
        return WeirError(
            .unreadableOverride,
            "what is set in place of the limit of '\(name)' is no limit: see redis-cli HGETALL '\(limits)'; set"
                + " '\(field)' to a number up to 2147483648, or to one, a space and an end in seconds since the epoch;"
                + " HDEL removes it"
        )
    }
}
