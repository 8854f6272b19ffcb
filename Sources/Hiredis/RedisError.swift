/// Why a command has no reply.
@usableFromInline
package struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, Sendable, CaseIterable {
        /// No connection could be had before the deadline.
        case unreachable
        /// The TLS handshake failed, or a certificate is not to be trusted.
        case tlsFailed
        /// The deadline passed.
        case timedOut
        /// The connection ended.
        case connectionLost
        /// What came back is not the Redis protocol, or not the reply of the command.
        case protocolViolation
        /// The server is not one that can be used: too old, or a Sentinel.
        case unsuitable
        /// The server refused or failed the command.
        case refused
        /// Too many commands wait.
        case overloaded
        /// The caller's task was cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown
    }

    package let code: Code
    package let message: String
    /// Whether the command may have run: it was handed to the kernel whole, and nothing says that it was refused.
    package let mayHaveRun: Bool
    package let server: ServerError?

    package init(_ code: Code, _ message: String, mayHaveRun: Bool = false, server: ServerError? = nil) {
        self.code = code
        self.message = message
        self.mayHaveRun = mayHaveRun
        self.server = server
    }

    @usableFromInline
    package init(_ server: ServerError) {
        self.init(.refused, server.message, mayHaveRun: !server.provesNothingRan, server: server)
    }

    /// The message alone, for whoever prints an error as it comes.
    @usableFromInline
    package var description: String { message }

    /// Whether only a person can mend it: a password or a right is missing, a certificate is wrong, the server is too old.
    package var isPermanent: Bool {
        code == .tlsFailed || code == .unsuitable
            || ["NOAUTH", "WRONGPASS", "NOPERM", "CROSSSLOT"].contains(server?.code)
    }

    /// The same failure for whoever waits for a connection that it keeps from being made.
    ///
    /// What only a person can mend keeps its code, which says what.
    package var whileConnecting: RedisError {
        let kept: Set<Code> = [.refused, .tlsFailed, .unsuitable]
        return RedisError(kept.contains(code) ? code : .unreachable, "no connection: \(message)", server: server)
    }

    /// The same failure for a command that was already on its way.
    package var afterSending: RedisError { RedisError(code, message, mayHaveRun: true, server: server) }
}
