internal import COpenSSL
internal import Glibc

/// What OpenSSL and the system say about a call that failed, read right after it and on the same thread.
struct TLSFailure {
    /// One line of OpenSSL's own account.
    struct Entry: Equatable {
        let library: Int32
        let reason: Int32
    }

    /// What `SSL_get_error` says; `SSL_ERROR_SSL` for calls that have no session.
    let status: Int32
    let systemError: Int32
    /// The oldest first, which is the closest to the cause.
    let entries: [Entry]
    /// The cause in OpenSSL's words.
    let text: String

    init(status: Int32, systemError: Int32 = 0, entries: [Entry] = [], text: String = "") {
        self.status = status
        self.systemError = systemError
        self.entries = entries
        self.text = text
    }

    /// Why a call on a session failed.
    ///
    /// - Parameters:
    ///   - status: what `SSL_get_error` says of the call.
    ///   - systemError: `errno`, read before anything else.
    init(status: Int32, systemError: Int32) {
        var entries: [Entry] = []
        var text: String?
        while case let code = ERR_get_error(), code != 0 {
            entries.append(Entry(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code)))
            text = text ?? ERR_reason_error_string(code).map { String(cString: $0) }
        }
        self.init(status: status, systemError: systemError, entries: entries, text: text ?? "unknown failure")
    }

    /// Why a call that has no session failed; reading it empties OpenSSL's account.
    static var queued: TLSFailure { TLSFailure(status: SSL_ERROR_SSL, systemError: 0) }

    func holds(_ library: Int32, _ reasons: Int32...) -> Bool {
        entries.contains { $0.library == library && reasons.contains($0.reason) }
    }

    // MARK: Files

    var isPasswordMissing: Bool { holds(ERR_LIB_PEM, PEM_R_BAD_PASSWORD_READ) }

    var isNotPEM: Bool {
        holds(ERR_LIB_X509, X509_R_NO_CERTIFICATE_OR_CRL_FOUND) || entries.contains { $0.library == ERR_LIB_PEM }
            || entries.contains { $0.library == ERR_LIB_OSSL_DECODER }
    }

    /// A key of the wrong kind, such as RSA, is taken as if it were for another certificate that is yet to come.
    var isKeyOfAnother: Bool {
        holds(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH)
            || holds(ERR_LIB_SSL, SSL_R_NO_CERTIFICATE_ASSIGNED)
    }

    // MARK: Connections

    /// What the other side said before it closed, by its number in RFC 8446, section 6.
    var alert: Int32? {
        let reason = entries.first { $0.library == ERR_LIB_SSL && Self.alerts.contains($0.reason) }?.reason
        return reason.map { $0 - SSL_AD_REASON_OFFSET }
    }

    private static let alerts = SSL_AD_REASON_OFFSET..<(SSL_AD_REASON_OFFSET + 256)

    /// The connection ended, with TLS's own farewell or without.
    var isEnd: Bool {
        switch status {
        case SSL_ERROR_ZERO_RETURN: true
        case SSL_ERROR_SYSCALL: [0, EPIPE, ECONNRESET].contains(systemError)
        default: holds(ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING)
        }
    }
}
