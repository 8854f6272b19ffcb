internal import CHiredis
internal import Glibc

/// One connection to a server: the only owner of a `redisContext`.
///
/// `@unchecked Sendable` because the context is handed from the thread that connects to the thread that pumps. It is used
/// by one thread at a time, as hiredis asks ("a redisContext is not thread-safe"): the connecting thread drops it when it
/// delivers the connection through a mutex, the pump's thread is the only one to take it from there, and whoever holds the
/// last reference, with no other left, frees it.
final class Connection: @unchecked Sendable {
    private let context: UnsafeMutablePointer<redisContext>
    private let replies = ReplyBuilder()
    /// How hiredis itself builds replies, for measuring it as it is.
    private let standardFunctions: UnsafeMutablePointer<redisReplyObjectFunctions>?
    /// Bytes ever appended, to tell which commands have been handed to the kernel whole.
    private(set) var appended: UInt64 = 0

    /// A reply may not make us buffer more than this; ours have a few kilobytes.
    private static let longestReply = 16 << 20

    private init(context: UnsafeMutablePointer<redisContext>) {
        self.context = context
        standardFunctions = context.pointee.reader?.pointee.fn
    }

    deinit { redisFree(context) }

    // MARK: Connecting, on a thread that may block

    /// Connects and waits until that has succeeded, failed, or taken longer than `timeout`.
    static func connecting(to endpoint: RedisAddress.Endpoint, timeout: Duration) throws(RedisError) -> Connection {
        errno = 0
        let opened =
            switch endpoint {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), timeval(timeout))
            case .unix(let path): redisConnectUnixWithTimeout(path, timeval(timeout))
            }
        let systemError = errno
        guard let context = opened else { throw RedisError(.overloaded, "out of memory") }
        let connection = Connection(context: context)
        guard context.pointee.err == 0 else { throw connection.failure(systemError) }
        // A child process that the host starts must not inherit a connection that has already authenticated.
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        redisSetTimeout(context, timeval(timeout))
        connection.replies.serve(context.pointee.reader)
        if case .tcp = endpoint { redisEnableKeepAlive(context) }
        return connection
    }

    /// Sends one command and waits for its reply; only before `becomeNonBlocking`.
    func ask(_ command: Command) throws(RedisError) -> Reply {
        try append(command, wholeScript: false)
        var reply: UnsafeMutableRawPointer?
        errno = 0
        guard redisGetReply(context, &reply) == REDIS_OK, reply != nil else { throw failure(errno) }
        return replies.take()
    }

    /// Sends all commands at once and waits for their replies; returns how many were errors.
    ///
    /// hiredis formats the commands and builds the replies as it does for anybody, so that it is measured as it is. Only
    /// before `becomeNonBlocking`.
    func exchange(_ commands: [PlainCommand]) throws(RedisError) -> Int {
        defer { replies.serve(context.pointee.reader) }
        context.pointee.reader.pointee.fn = standardFunctions
        for command in commands {
            guard command.append(to: context) == REDIS_OK else { throw failure(0) }
        }
        var errors = 0
        for _ in commands {
            var reply: UnsafeMutableRawPointer?
            guard redisGetReply(context, &reply) == REDIS_OK, let reply else { throw failure(errno) }
            if reply.assumingMemoryBound(to: redisReply.self).pointee.type == REDIS_REPLY_ERROR { errors += 1 }
            freeReplyObject(reply)
        }
        return errors
    }

    func becomeNonBlocking() {
        _ = fcntl(context.pointee.fd, F_SETFL, fcntl(context.pointee.fd, F_GETFL) | O_NONBLOCK)
        weir_clear_blocking_flag(context)
    }

    // MARK: Pumping, on the pump's thread

    var descriptor: Int32 { context.pointee.fd }
    var hasUnsentBytes: Bool { weir_unsent_bytes(context) > 0 }
    /// How many of the appended bytes the kernel has taken.
    ///
    /// A command that ends beyond has certainly not run.
    var sent: UInt64 { appended - UInt64(weir_unsent_bytes(context)) }

    /// Puts a command behind those that wait to be written.
    func append(_ command: Command, wholeScript: Bool) throws(RedisError) {
        let before = weir_unsent_bytes(context)
        for bytes in [command.head(wholeScript: wholeScript), command.bytes] {
            let status = bytes.withUnsafeBytes { bytes in
                redisAppendFormattedCommand(context, bytes.baseAddress, bytes.count)
            }
            guard status == REDIS_OK else { throw failure(0) }
        }
        appended += UInt64(weir_unsent_bytes(context) - before)
    }

    /// Writes what the kernel takes without waiting.
    func write() throws(RedisError) {
        var done: Int32 = 0
        errno = 0
        guard redisBufferWrite(context, &done) == REDIS_OK else { throw failure(errno) }
    }

    /// Reads what has arrived.
    func read() throws(RedisError) {
        errno = 0
        guard redisBufferRead(context) == REDIS_OK else { throw failure(errno) }
        guard weir_unread_bytes(context) <= Self.longestReply else {
            throw RedisError(.protocolViolation, "a reply is longer than \(Self.longestReply >> 20) MiB")
        }
    }

    /// The next whole reply, or nil until more has arrived.
    func nextReply() throws(RedisError) -> Reply? {
        var reply: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &reply) == REDIS_OK else { throw failure(0) }
        // What hiredis hands out is a mark that there is one; the builder has it.
        return reply == nil ? nil : replies.take()
    }

    private func failure(_ systemError: Int32) -> RedisError {
        RedisError.translating(
            status: context.pointee.err,
            systemError: systemError,
            text: String(cString: weir_error_text(context))
        )
    }

    private static func timeval(_ duration: Duration) -> timeval {
        let (seconds, attoseconds) = duration.components
        return Glibc.timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
