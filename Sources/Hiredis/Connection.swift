internal import CHiredis
internal import Glibc

/// One connection to a server: the only owner of a `redisContext`, and of the TLS session over its socket, if there is one.
///
/// `@unchecked Sendable` because the context is handed from the thread that connects to the thread that pumps. It is used
/// by one thread at a time, as hiredis asks ("a redisContext is not thread-safe"): the connecting thread drops it when it
/// delivers the connection through a mutex, the pump's thread is the only one to take it from there, and whoever holds the
/// last reference, with no other left, frees it.
final class Connection: @unchecked Sendable {
    let context: UnsafeMutablePointer<redisContext>
    let replies = ReplyBuilder()
    /// How hiredis itself builds replies, for measuring it as it is.
    let standardFunctions: UnsafeMutablePointer<redisReplyObjectFunctions>?
    private(set) var session: TLSSession?
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
        errno = 0
        let opened =
            switch address.endpoint {
            case .tcp(let host, let port): redisConnectNonBlock(host, Int32(port))
            case .unix(let path): redisConnectUnixNonBlock(path)
            }
        let systemError = errno
        guard let context = opened else { throw RedisError(.overloaded, "out of memory") }
        let connection = Connection(context: context)
        guard context.pointee.err == 0 else { throw connection.failure(systemError) }
        // A child process that the host starts must not inherit a connection that has already authenticated.
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        connection.replies.serve(context.pointee.reader)
        try connection.waitUntilConnected(before: deadline)
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
                if let words = lastWords() { throw RedisError(words) }
                throw error
            }
            while received.count < commands.count, let reply = try nextReply() { received.append(reply) }
            guard received.count < commands.count else { break }
            try wait(for: wantedEvents, before: deadline)
            try read()
        }
        // One reply too many would be taken for that of the next command, and each after it for that of another.
        guard try nextReply() == nil, weir_unread_bytes(context) == 0 else { throw .unaskedReply }
        return received
    }

    /// Why the server hung up, if it has said so.
    private func lastWords() -> ServerError? {
        context.pointee.err = 0
        do throws(RedisError) {
            try read()
            if case .error(let error)? = try nextReply() { return error }
        } catch {}
        return nil
    }

    /// hiredis returns before the connection is made.
    private func waitUntilConnected(before deadline: ContinuousClock.Instant) throws(RedisError) {
        try wait(for: Int16(POLLOUT), before: deadline)
        var status: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &length)
        guard status == 0 else { throw RedisError.translating(systemError: status, text: "") }
    }

    private func wait(for wanted: Int16, before deadline: ContinuousClock.Instant) throws(RedisError) {
        var events = [pollfd(fd: descriptor, events: wanted, revents: 0)]
        while true {
            let rest = Int32(clamping: Int((max(.zero, deadline - .now) / .milliseconds(1)).rounded(.up)))
            guard rest > 0 else { throw RedisError(.timedOut, "the server did not answer in time") }
            let ready = poll(&events, 1, rest)
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else {
                throw RedisError(.connectionLost, String(cString: strerror(errno)))
            }
        }
    }

    // MARK: Pumping, on the pump's thread

    var descriptor: Int32 { context.pointee.fd }
    /// What to `poll` for.
    var wantedEvents: Int16 {
        let isWriting = session?.readWaitsToWrite == true || hasUnsentBytes && session?.writeWaitsToRead != true
        return Int16(POLLIN | (isWriting ? POLLOUT : 0))
    }
    /// Whether reading goes on as soon as something can be written.
    var readWaitsToWrite: Bool { session?.readWaitsToWrite ?? false }
    var hasUnsentBytes: Bool { weir_unsent_bytes(context) > 0 }
    /// How many of the appended bytes the kernel has taken.
    ///
    /// A command that ends beyond has certainly not run.
    var sent: UInt64 { appended - UInt64(weir_unsent_bytes(context)) }

    /// Puts a command behind those that wait to be written.
    func append(_ command: Command, wholeScript: Bool) throws(RedisError) {
        let before = weir_unsent_bytes(context)
        let prelude = command.isAsking ? Command.asking : []
        for bytes in [prelude + command.head(wholeScript: wholeScript), command.bytes] {
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

    func failure(_ systemError: Int32) -> RedisError {
        RedisError.translating(
            status: context.pointee.err,
            systemError: systemError,
            text: String(cString: weir_error_text(context))
        )
    }
}
