internal import COpenSSL
internal import Glibc

/// TLS on a socket that is connected already, and that somebody else closes.
///
/// Use it from one thread at a time, one on which a write to a closed socket raises no SIGPIPE: OpenSSL writes without
/// MSG_NOSIGNAL, as hiredis does, and those that ``SystemThread`` starts are such threads. After an error it is of no
/// more use.
final class TLSSession {
    /// An `SSL`, which holds its context by itself.
    private let session: OpaquePointer
    private let descriptor: Int32
    private let name: PeerName
    private let options: TLSOptions

    /// Whether `read` stopped because it has something to write: poll for that too, and then read again.
    private(set) var readWaitsToWrite = false
    /// Whether `write` stopped because it has something to read: poll for that alone, and then write again.
    private(set) var writeWaitsToRead = false

    /// A session that has said nothing yet.
    ///
    /// - Parameters:
    ///   - descriptor: of a connected socket that does not block; it stays the caller's.
    ///   - host: the URL's host, a name or an address.
    ///   - options: whom to trust, and who we are.
    /// - Throws: ``RedisError`` with `tlsFailed` if the options cannot be used.
    init(descriptor: Int32, host: String, options: TLSOptions) throws(RedisError) {
        let context = try TLSContext(options)
        ERR_clear_error()
        guard let session = SSL_new(context.pointer) else { throw RedisError(.overloaded, "out of memory") }
        self.session = session
        self.descriptor = descriptor
        self.options = options
        name = PeerName(host: options.serverName ?? host)
        try TLSContext.refuseNUL(in: name.text, option: options.serverName == nil ? "the host" : "serverName")
        guard SSL_set_fd(session, descriptor) == 1 else { throw RedisError(.overloaded, "out of memory") }
        try expectName()
    }

    /// Says no farewell: the socket may have been closed by the server, and Redis does not miss one.
    deinit { SSL_free(session) }

    private func expectName() throws(RedisError) {
        guard !name.text.isEmpty else {
            if options.isInsecure { return }
            throw RedisError(.tlsFailed, "there is no host that the certificate could be for; set serverName")
        }
        let isTaken: Bool
        if name.isAddress {
            isTaken = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.text) == 1
        } else {
            SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            isTaken = weir_tls_say_name(session, name.text) == 1 && SSL_set1_host(session, name.text) == 1
        }
        guard isTaken else { throw RedisError(.tlsFailed, "'\(name.text)' is no name that a server can have") }
    }

    // MARK: Handshake, on a thread that may block

    /// Agrees on keys with the server and finds out whether it is the one that was meant.
    ///
    /// - Parameter deadline: when to give up.
    /// - Throws: ``RedisError`` with `timedOut`, `connectionLost` if the server went away, or else `tlsFailed`.
    func handshake(before deadline: ContinuousClock.Instant) throws(RedisError) {
        while true {
            ERR_clear_error()
            errno = 0
            let result = SSL_connect(session)
            let systemError = errno
            if result == 1 { break }
            switch SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ: try wait(for: POLLIN, until: deadline)
            case SSL_ERROR_WANT_WRITE: try wait(for: POLLOUT, until: deadline)
            case let status:
                throw RedisError.handshakeFailed(
                    TLSFailure(status: status, systemError: systemError),
                    refusal: refusal,
                    needsCertificate: options.certificateFile == nil && weir_tls_was_asked_for_certificate(session) != 0
                )
            }
        }
        guard !options.isInsecure else { return }
        // OpenSSL has seen to it already; that a stranger is never let in is worth a second look.
        if let refusal { throw refusal }
        guard SSL_get0_peer_certificate(session) != nil else {
            throw RedisError(.tlsFailed, "the server has shown no certificate")
        }
    }

    /// Why the server's certificate is not to be trusted; nil while nothing speaks against it.
    private var refusal: RedisError? {
        let result = SSL_get_verify_result(session)
        guard result != X509_V_OK else { return nil }
        return RedisError.untrusted(
            result,
            name: name,
            certificate: PeerCertificate(of: session),
            options: options
        )
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(RedisError) {
        var event = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let left = deadline - .now
            guard left > .zero else { throw lateness }
            let ready = poll(&event, 1, Int32(clamping: Int((left / .milliseconds(1)).rounded(.up))))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else {
                throw RedisError(.overloaded, "the socket cannot be waited for: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// A Redis that speaks no TLS takes the beginning of a handshake for that of a command, and waits for the rest.
    private var lateness: RedisError {
        let isSilent = BIO_number_read(SSL_get_rbio(session)) == 0
        let advice = isSilent ? ": the server has said nothing; does it speak TLS on this port?" : ""
        return RedisError(.timedOut, "the TLS handshake was not done in time" + advice)
    }

    // MARK: Bytes

    /// Reads what has arrived, at most as much as fits.
    ///
    /// Read until there is nothing more: what is in the session already, no poll shows.
    ///
    /// - Parameter buffer: where the bytes go; not empty.
    /// - Returns: how many bytes; nil if there are none now.
    /// - Throws: ``RedisError`` with `connectionLost` if the server has closed the connection, `tlsFailed` if it wants a
    ///   certificate or another, or `protocolViolation` if the bytes are not what it sent.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RedisError) -> Int? {
        var count = 0
        ERR_clear_error()
        errno = 0
        let result = SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        let systemError = errno
        readWaitsToWrite = false
        if result == 1 { return count }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return nil
        case SSL_ERROR_WANT_WRITE:
            readWaitsToWrite = true
            return nil
        case let status: throw failed(status, systemError)
        }
    }

    /// Writes what the kernel takes without waiting, a record at most.
    ///
    /// What was not taken is to be offered again, with the same bytes first; from where in memory does not matter. The
    /// kernel may have a part of those already, of which the server can read nothing.
    ///
    /// - Parameter bytes: what to write.
    /// - Returns: how many bytes the kernel has taken; nil if none now.
    /// - Throws: ``RedisError`` with `connectionLost` if the server has closed the connection, or `tlsFailed` if it said
    ///   that it wants a certificate or another.
    func write(_ bytes: UnsafeRawBufferPointer) throws(RedisError) -> Int? {
        guard !bytes.isEmpty else { return 0 }
        var count = 0
        ERR_clear_error()
        errno = 0
        let result = SSL_write_ex(session, bytes.baseAddress, bytes.count, &count)
        let systemError = errno
        writeWaitsToRead = false
        if result == 1 { return count }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_WRITE: return nil
        case SSL_ERROR_WANT_READ:
            writeWaitsToRead = true
            return nil
        case let status:
            let failure = failed(status, systemError)
            throw lastWords() ?? failure
        }
    }

    /// What the server said before it closed the connection, if that is there to be read.
    ///
    /// With TLS 1.3 a server refuses our certificate only after the handshake, when a command may be on its way.
    private func lastWords() -> RedisError? {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        return buffer.withUnsafeMutableBytes { buffer in
            do throws(RedisError) {
                while try read(into: buffer) != nil {}
                return nil
            } catch {
                return error.code == .tlsFailed ? error : nil
            }
        }
    }

    private func failed(_ status: Int32, _ systemError: Int32) -> RedisError {
        RedisError.sessionFailed(
            TLSFailure(status: status, systemError: systemError),
            needsCertificate: options.certificateFile == nil
        )
    }
}
