internal import CHiredis
internal import Glibc

/// One connection to a server: the only owner of a `redisContext`, and of the TLS session over its socket, if there is one.
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
    private var session: TLSSession?
    /// Where what has been decrypted comes first; a TLS record has no more.
    private let record = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 1)
    /// Bytes ever appended, to tell which commands have been handed to the kernel whole.
    private(set) var appended: UInt64 = 0

    /// A reply may not make us buffer more than this; ours have a few kilobytes, and a large group's usage some hundred.
    private static let longestReply = 8 << 20

    private init(context: UnsafeMutablePointer<redisContext>) {
        self.context = context
        standardFunctions = context.pointee.reader?.pointee.fn
    }

    deinit {
        // Before its socket.
        session = nil
        redisFree(context)
        record.deallocate()
    }

    // MARK: Connecting, on a thread that may block

    /// Connects, with TLS if the address says so, and waits until that has succeeded, failed, or the deadline has passed.
    ///
    /// No call of it blocks from then on.
    static func connecting(
        to address: RedisAddress,
        options: ConnectionOptions,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> Connection {
        let timeout = timeval(max(.milliseconds(1), deadline - .now))
        errno = 0
        let opened =
            switch address.endpoint {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), timeout)
            case .unix(let path): redisConnectUnixWithTimeout(path, timeout)
            }
        let systemError = errno
        guard let context = opened else { throw RedisError(.overloaded, "out of memory") }
        let connection = Connection(context: context)
        guard context.pointee.err == 0 else { throw connection.failure(systemError) }
        // A child process that the host starts must not inherit a connection that has already authenticated.
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        connection.replies.serve(context.pointee.reader)
        connection.becomeNonBlocking()
        guard case .tcp(let host, _) = address.endpoint else { return connection }
        redisEnableKeepAlive(context)
        // Keepalive does not notice a peer that vanished while something was on its way to it.
        var patience = UInt32(clamping: Int(options.stallLimit / .milliseconds(1)))
        setsockopt(
            context.pointee.fd,
            Int32(IPPROTO_TCP),
            TCP_USER_TIMEOUT,
            &patience,
            socklen_t(MemoryLayout<UInt32>.size)
        )
        if address.isEncrypted {
            let session = try TLSSession(descriptor: context.pointee.fd, host: host, options: options.tls)
            connection.session = session
            try session.handshake(before: deadline)
        }
        return connection
    }

    /// Sends commands at once and waits for their replies; only before the connection is handed to a pump.
    func ask(
        _ commands: [(command: Command, isWhole: Bool)],
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [Reply] {
        for (command, isWhole) in commands { try append(command, wholeScript: isWhole) }
        var received: [Reply] = []
        while received.count < commands.count {
            do throws(RedisError) { if hasUnsentBytes { try write() } } catch {
                // A server that has no room says so and hangs up, perhaps before it was asked anything.
                guard let words = lastWords() else { throw error }
                return [words]
            }
            while received.count < commands.count, let reply = try nextReply() { received.append(reply) }
            guard received.count < commands.count else { break }
            try waitUntilReady(before: deadline)
            try read()
        }
        return received
    }

    /// What the server said before it hung up, if that is still there.
    private func lastWords() -> Reply? {
        context.pointee.err = 0
        do throws(RedisError) {
            try read()
            return try nextReply()
        } catch { return nil }
    }

    private func waitUntilReady(before deadline: ContinuousClock.Instant) throws(RedisError) {
        var events = [pollfd(fd: descriptor, events: wantedEvents, revents: 0)]
        while true {
            let rest = Int32(clamping: Int((max(.zero, deadline - .now) / .milliseconds(1)).rounded(.up)))
            guard rest > 0 else { throw RedisError(.timedOut, "the server did not answer in time") }
            let ready = poll(&events, 1, rest)
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else { throw RedisError(.connectionLost, String(cString: strerror(errno))) }
        }
    }

    /// Sends all commands at once and waits for their replies; returns how many were errors.
    ///
    /// hiredis formats the commands and builds the replies as it does for anybody, so that it is measured as it is.
    func exchange(_ commands: [PlainCommand]) throws(RedisError) -> Int {
        guard session == nil else { throw RedisError(.unsuitable, "hiredis by itself speaks no TLS") }
        becomeBlocking()
        defer {
            becomeNonBlocking()
            replies.serve(context.pointee.reader)
        }
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

    private func becomeBlocking() {
        _ = fcntl(context.pointee.fd, F_SETFL, fcntl(context.pointee.fd, F_GETFL) & ~O_NONBLOCK)
        weir_set_blocking_flag(context, 1)
    }

    private func becomeNonBlocking() {
        _ = fcntl(context.pointee.fd, F_SETFL, fcntl(context.pointee.fd, F_GETFL) | O_NONBLOCK)
        weir_set_blocking_flag(context, 0)
    }

    // MARK: Pumping, on the pump's thread

    var descriptor: Int32 { context.pointee.fd }
    /// What to `poll` for.
    var wantedEvents: Int16 {
        let isWriting = session?.readWaitsToWrite == true || hasUnsentBytes && session?.writeWaitsToRead != true
        return Int16(POLLIN | (isWriting ? POLLOUT : 0))
    }
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
        if let session {
            while hasUnsentBytes {
                let unsent = UnsafeRawBufferPointer(start: context.pointee.obuf, count: weir_unsent_bytes(context))
                guard let count = try session.write(unsent) else { return }
                weir_drop_sent_bytes(context, count)
            }
        } else {
            var done: Int32 = 0
            errno = 0
            guard redisBufferWrite(context, &done) == REDIS_OK else { throw failure(errno) }
        }
    }

    /// Reads what has arrived.
    func read() throws(RedisError) {
        if let session {
            try read(from: session)
        } else {
            errno = 0
            guard redisBufferRead(context) == REDIS_OK else { throw failure(errno) }
        }
        guard weir_unread_bytes(context) <= Self.longestReply else {
            throw RedisError(.protocolViolation, "a reply is longer than \(Self.longestReply >> 20) MiB")
        }
    }

    /// Reads until nothing is left: what the session has taken off the socket, `poll` does not tell of.
    private func read(from session: TLSSession) throws(RedisError) {
        while weir_unread_bytes(context) <= Self.longestReply, let count = try session.read(into: record) {
            guard redisReaderFeed(context.pointee.reader, record.baseAddress, count) == REDIS_OK else {
                throw RedisError(.protocolViolation, "out of memory while reading a reply")
            }
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
