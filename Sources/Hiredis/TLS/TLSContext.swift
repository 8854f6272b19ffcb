internal import COpenSSL
internal import Glibc

/// What the sessions of some options share: the authorities that are trusted, and our own certificate.
final class TLSContext {
    /// An `SSL_CTX`.
    let pointer: OpaquePointer

    /// Reads the files that the options name.
    ///
    /// - Parameter options: whom to trust, and who we are.
    /// - Throws: ``RedisError`` with `tlsFailed`, naming the option and what is wrong with it.
    init(_ options: TLSOptions) throws(RedisError) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            throw RedisError(.tlsFailed, "OpenSSL cannot be used: \(TLSFailure.queued.text)")
        }
        self.pointer = pointer
        guard weir_tls_refuse_old_versions(pointer) == 1 else {
            throw RedisError(.tlsFailed, "OpenSSL's configuration on this machine allows no TLS 1.2 or later")
        }
        weir_tls_allow_partial_writes(pointer)
        weir_tls_refuse_renegotiation(pointer)
        weir_tls_read_ahead(pointer)
        SSL_CTX_set_verify(pointer, options.isInsecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        // Unless told otherwise, OpenSSL would ask for a key's password on the terminal, and wait.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in -1 }
        try trust(options)
        try introduce(options)
    }

    deinit { SSL_CTX_free(pointer) }

    /// Finds out whether the options can be used, as far as that shows without a server.
    ///
    /// - Parameter options: whom to trust, and who we are.
    /// - Throws: ``RedisError`` with `tlsFailed`, naming the option and what is wrong with it.
    static func check(_ options: TLSOptions) throws(RedisError) {
        if let name = options.serverName {
            guard !name.isEmpty else {
                throw RedisError(.tlsFailed, "serverName is empty; leave it out to use the URL's host")
            }
            try refuseNUL(in: name, option: "serverName")
        }
        _ = try TLSContext(options)
    }

    /// C would take the text before it for the whole.
    static func refuseNUL(in text: String, option: String) throws(RedisError) {
        if text.utf8.contains(0) { throw RedisError(.tlsFailed, "\(option) holds a NUL byte") }
    }

    // MARK: Files

    private func trust(_ options: TLSOptions) throws(RedisError) {
        if let file = options.trustedFile {
            try Self.requireReadable(file, option: "trustedFile", isDirectory: false)
            ERR_clear_error()
            guard SSL_CTX_load_verify_file(pointer, file) == 1 else {
                throw Self.unusable(file, option: "trustedFile", content: "certificate")
            }
        }
        if let directory = options.trustedDirectory {
            try Self.requireReadable(directory, option: "trustedDirectory", isDirectory: true)
            ERR_clear_error()
            guard SSL_CTX_load_verify_dir(pointer, directory) == 1 else {
                throw Self.unusable(directory, option: "trustedDirectory", content: "certificate")
            }
        }
        if options.trustedFile == nil && options.trustedDirectory == nil {
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw RedisError(.tlsFailed, "the system's trusted certificates cannot be read; set trustedFile")
            }
        }
    }

    private func introduce(_ options: TLSOptions) throws(RedisError) {
        switch (options.certificateFile, options.privateKeyFile) {
        case (nil, nil): return
        case (_?, nil):
            throw RedisError(.tlsFailed, "certificateFile is set and privateKeyFile is not; set both or neither")
        case (nil, _?):
            throw RedisError(.tlsFailed, "privateKeyFile is set and certificateFile is not; set both or neither")
        case (let certificate?, let key?):
            try Self.requireReadable(certificate, option: "certificateFile", isDirectory: false)
            try Self.requireReadable(key, option: "privateKeyFile", isDirectory: false)
            ERR_clear_error()
            guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
                throw Self.unusable(certificate, option: "certificateFile", content: "certificate")
            }
            ERR_clear_error()
            guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1,
                SSL_CTX_check_private_key(pointer) == 1
            else {
                throw Self.unusable(key, option: "privateKeyFile", content: "private key")
            }
        }
    }

    /// OpenSSL says of a file that is missing only that something is, and of a directory nothing at all.
    private static func requireReadable(_ path: String, option: String, isDirectory: Bool) throws(RedisError) {
        try refuseNUL(in: path, option: option)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw RedisError(.tlsFailed, "\(option) '\(path)' cannot be read: \(reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, (status.st_mode & S_IFMT == S_IFDIR) == isDirectory else {
            let kind = isDirectory ? "no directory; trustedFile takes a file" : "a directory; name a file in it"
            throw RedisError(.tlsFailed, "\(option) '\(path)' is \(kind)")
        }
    }

    private static func unusable(_ path: String, option: String, content: String) -> RedisError {
        let failure = TLSFailure.queued
        if failure.isPasswordMissing {
            return RedisError(.tlsFailed, "\(option) '\(path)' wants a password; give one without")
        }
        if failure.isKeyOfAnother {
            return RedisError(.tlsFailed, "\(option) '\(path)' is not the key of the certificate in certificateFile")
        }
        guard !failure.isNotPEM else {
            return RedisError(.tlsFailed, "\(option) '\(path)' holds no \(content) in PEM form")
        }
        return RedisError(.tlsFailed, "\(option) '\(path)' cannot be used: \(failure.text)")
    }
}
