internal import CHiredis
internal import Glibc

extension RedisError {
    /// What hiredis and the system say about a failed call: the only place that knows their codes.
    ///
    /// - Parameters:
    ///   - status: `err` of the context, read right after the call.
    ///   - systemError: `errno`, read right after the call on the same thread.
    ///   - text: `errstr` of the context.
    /// - Returns: the error, whose code says which of the causes it was.
    static func translating(status: Int32, systemError: Int32, text: String) -> RedisError {
        if status == weir_hiredis_timeout_code() { return RedisError(.timedOut, text) }
        switch status {
        case REDIS_ERR_IO: return translating(systemError: systemError, text: text)
        case REDIS_ERR_EOF: return RedisError(.connectionLost, "the server closed the connection")
        case REDIS_ERR_PROTOCOL: return RedisError(.protocolViolation, text)
        case REDIS_ERR_OOM: return RedisError(.protocolViolation, "a reply is too large or nested too deeply")
        // Name resolution and bad addresses come as REDIS_ERR_OTHER, with the reason in the text alone.
        default: return RedisError(.unreachable, text.isEmpty ? "unknown failure" : text)
        }
    }

    /// What the system says about a failed call on a socket.
    ///
    /// - Parameters:
    ///   - systemError: `errno`, read right after the call on the same thread.
    ///   - text: what to say where the system says nothing.
    /// - Returns: the error, whose code says which of the causes it was.
    static func translating(systemError: Int32, text: String) -> RedisError {
        let reason = systemError == 0 ? text : String(cString: strerror(systemError))
        switch systemError {
        case EAGAIN, ETIMEDOUT: return RedisError(.timedOut, "the server did not answer in time")
        case EPIPE, ECONNRESET, ECONNABORTED, ENOTCONN: return RedisError(.connectionLost, reason)
        case ECONNREFUSED, ENOENT, EACCES, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL:
            return RedisError(.unreachable, reason)
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: return RedisError(.overloaded, reason)
        default: return RedisError(.connectionLost, reason.isEmpty ? "unknown failure" : reason)
        }
    }
}
