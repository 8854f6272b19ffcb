public import HTTPTypes

/// Why a request was not sent, or not sent again.
public struct PacerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    ///
    /// More may come: always handle the others too.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A bounded text, fit for a metric label.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// The server has refused every attempt.
        public static let refused = Code("refused")
        /// The request would wait longer than ``Pacer/Settings/longestWait``.
        public static let waitTooLong = Code("wait_too_long")
        /// The calling task was cancelled while it waited for its turn.
        public static let cancelled = Code("cancelled")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and what to do about it.
    public let message: String
    /// The status of the last refusal; nil if the request was never sent.
    public let status: HTTPResponse.Status?
    /// How long to wait before trying again, from now; nil if it is not known.
    public let retryAfter: Duration?

    init(_ code: Code, _ message: String, status: HTTPResponse.Status? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }

    static let cancelled = PacerError(.cancelled, "the task was cancelled while it waited for its turn")

    /// Nothing goes before `wait` is over, or before an answer that has not come.
    static func waitTooLong(_ wait: Duration?) -> PacerError {
        let message =
            wait.map { wait in
                "the next request may go in \(wait.inSeconds), later than this one may wait; try again then, or allow"
                    + " more by Pacer.Settings.longestWait"
            } ?? "no answer has come to those before it for as long as it may wait; give them a timeout"
        return PacerError(.waitTooLong, message, retryAfter: wait)
    }

    /// So many attempts were refused.
    static func refused(_ status: HTTPResponse.Status, attempts: Int, retryAfter wait: Duration) -> PacerError {
        PacerError(
            .refused,
            "the server has refused \(attempts) attempts, the last with status \(status.code); try again in"
                + " \(wait.inSeconds)",
            status: status,
            retryAfter: wait
        )
    }
}

extension Duration {
    /// Rounded to milliseconds, written in seconds: `1.5 s`.
    fileprivate var inSeconds: String { "\((self / .milliseconds(1)).rounded() / 1_000) s" }
}
