internal import COpenSSL

extension RedisError {
    /// Why there is no session.
    ///
    /// - Parameters:
    ///   - failure: what is known of the call that failed.
    ///   - refusal: why the server's certificate was refused, if that is what happened.
    ///   - needsCertificate: whether the server has asked for a certificate that we have not.
    /// - Returns: the error, whose message says what to do about it.
    static func handshakeFailed(
        _ failure: TLSFailure,
        refusal: RedisError?,
        needsCertificate: Bool
    ) -> RedisError {
        if failure.isEnd {
            return RedisError(.connectionLost, "the server closed the connection during the TLS handshake")
        }
        if failure.status == SSL_ERROR_SYSCALL { return translating(systemError: failure.systemError, text: "") }
        if failure.holds(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED), let refusal { return refusal }
        if let alert = failure.alert {
            return alerted(alert, failure.text, needsCertificate: needsCertificate)
        }
        let isOldServer = failure.holds(
            ERR_LIB_SSL,
            SSL_R_UNSUPPORTED_PROTOCOL,
            SSL_R_UNSUPPORTED_SSL_VERSION,
            SSL_R_VERSION_TOO_LOW,
            SSL_R_WRONG_SSL_VERSION
        )
        if isOldServer { return oldServer }
        // Where a TLS record should be stands something else, such as "-ERR unknown command".
        let isPlain = failure.holds(
            ERR_LIB_SSL,
            SSL_R_WRONG_VERSION_NUMBER,
            SSL_R_HTTP_REQUEST,
            SSL_R_PACKET_LENGTH_TOO_LONG
        )
        if isPlain {
            return RedisError(
                .tlsFailed,
                "the server does not speak TLS on this port; use redis:// or the TLS port"
            )
        }
        return RedisError(.tlsFailed, "the TLS handshake failed: \(failure.text)")
    }

    /// Why a session ended.
    ///
    /// - Parameters:
    ///   - failure: what is known of the call that failed.
    ///   - needsCertificate: whether we have no certificate that the server may have wanted.
    /// - Returns: the error, whose message says what to do about it.
    static func sessionFailed(_ failure: TLSFailure, needsCertificate: Bool) -> RedisError {
        if failure.isEnd { return RedisError(.connectionLost, "the server closed the connection") }
        if failure.status == SSL_ERROR_SYSCALL { return translating(systemError: failure.systemError, text: "") }
        if let alert = failure.alert {
            // Nothing is negotiated any more, so what failed is none of what it stands for in a handshake.
            guard alert != SSL_AD_HANDSHAKE_FAILURE else { return brokenOff(failure.text) }
            return alerted(alert, failure.text, needsCertificate: needsCertificate)
        }
        return RedisError(.protocolViolation, "what came is not what TLS allows: \(failure.text)")
    }

    /// Why a server's certificate is not to be trusted.
    ///
    /// - Parameters:
    ///   - result: what `SSL_get_verify_result` says.
    ///   - name: whose certificate it should have been.
    ///   - certificate: what it was, if it is known.
    ///   - options: what the user has set.
    /// - Returns: the error, whose message says what to do about it.
    static func untrusted(
        _ result: Int,
        name: PeerName,
        certificate: PeerCertificate?,
        options: TLSOptions
    ) -> RedisError {
        let text = String(cString: X509_verify_cert_error_string(result))
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            let names = certificate?.names ?? []
            let others = names.isEmpty ? "" : ", it is for " + names.map { "'\($0)'" }.joined(separator: ", ")
            let message =
                "the server's certificate is not for '\(name.text)'\(others); if it is the right server, set serverName"
            return RedisError(.tlsFailed, message)
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let whose =
                certificate?.hasExpired == false ? "a certificate above the server's" : "the server's certificate"
            return RedisError(.tlsFailed, "\(whose) has expired")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return RedisError(.tlsFailed, "the server's certificate is not yet valid; is this machine's clock right?")
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
            return RedisError(
                .tlsFailed,
                "the server's certificate is signed by nobody that is trusted: \(text); \(advice(options))"
            )
        default: return RedisError(.tlsFailed, "the server's certificate is not to be trusted: \(text)")
        }
    }

    private static func advice(_ options: TLSOptions) -> String {
        switch (options.trustedFile, options.trustedDirectory) {
        case (nil, nil): "set trustedFile"
        case (let file?, nil): "trustedFile '\(file)' does not hold its authority"
        case (nil, let directory?): "trustedDirectory '\(directory)' does not hold its authority; was it rehashed?"
        case (let file?, let directory?):
            "neither trustedFile '\(file)' nor trustedDirectory '\(directory)' holds its authority"
        }
    }

    private static let oldServer = RedisError(.tlsFailed, "the server speaks no TLS 1.2 or later")

    private static func alerted(_ alert: Int32, _ text: String, needsCertificate: Bool) -> RedisError {
        switch alert {
        case TLS13_AD_CERTIFICATE_REQUIRED,
            SSL_AD_HANDSHAKE_FAILURE where needsCertificate,
            SSL_AD_BAD_CERTIFICATE where needsCertificate:
            RedisError(.tlsFailed, "the server demands a client certificate; set certificateFile and privateKeyFile")
        case SSL_AD_UNKNOWN_CA:
            RedisError(.tlsFailed, "the server does not trust the authority of our certificate, certificateFile")
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_REVOKED,
            SSL_AD_CERTIFICATE_EXPIRED, SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_ACCESS_DENIED, SSL_AD_DECRYPT_ERROR:
            RedisError(.tlsFailed, "the server does not accept our certificate, certificateFile: \(text)")
        case SSL_AD_PROTOCOL_VERSION: oldServer
        case SSL_AD_UNRECOGNIZED_NAME:
            RedisError(.tlsFailed, "the server has no certificate for the name that was asked for; set serverName")
        case SSL_AD_HANDSHAKE_FAILURE, SSL_AD_INSUFFICIENT_SECURITY:
            RedisError(.tlsFailed, "the server and we have no cipher or curve in common: \(text)")
        default: brokenOff(text)
        }
    }

    private static func brokenOff(_ text: String) -> RedisError {
        RedisError(.tlsFailed, "the server broke TLS off: \(text)")
    }
}
