internal import Hiredis

/// How TLS is spoken with Redis, 1.2 at least.
///
/// By default the server's certificate has to be for the host of the address and signed by an authority that the system
/// trusts. Files are read again at each connect, so renewed ones need no restart.
public struct TLSConfiguration: Sendable, Hashable {
    /// The certificates of the authorities to trust in place of the system's, as PEM.
    public var trustedFile: String?
    /// A directory of such certificates, each named by its hash, as `openssl rehash` does; trusted beside the file.
    public var trustedDirectory: String?
    /// The certificate that the instance shows, with its chain, as PEM; for a server with `tls-auth-clients yes`.
    public var certificateFile: String?
    /// The key of ``certificateFile``, as PEM and without a password; both or neither are set.
    public var privateKeyFile: String?
    /// The name that the server's certificate has to be for, in place of the address's host.
    public var serverName: String?
    /// Whether any certificate is believed; false by default.
    ///
    /// Whoever can reach the network between is then able to read and change everything. The first connection logs a warning.
    public var isInsecure = false

    /// The defaults.
    public init() {}

    /// As the connection is told them.
    var options: TLSOptions {
        var options = TLSOptions()
        options.trustedFile = trustedFile
        options.trustedDirectory = trustedDirectory
        options.certificateFile = certificateFile
        options.privateKeyFile = privateKeyFile
        options.serverName = serverName
        options.isInsecure = isInsecure
        return options
    }

    func check(_ option: String) throws(WeirError) {
        guard self != TLSConfiguration() else { return }
        do throws(RedisError) { try options.check() } catch {
            throw WeirError(.invalidConfiguration, "\(option) cannot be used: \(error.message)")
        }
    }
}
