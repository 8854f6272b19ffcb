/// Whom a connection over TLS trusts, and as whom it introduces itself.
///
/// Files are in PEM form and read at each connect, so that renewed ones are used without a restart.
package struct TLSOptions: Sendable, Equatable {
    /// Certificates of authorities; with neither this nor `trustedDirectory`, those that the system trusts.
    package var trustedFile: String?
    /// Certificates of authorities, one a file, as `openssl rehash` names them.
    package var trustedDirectory: String?
    /// Our own certificate and those that lead to its authority, for a server that demands one.
    package var certificateFile: String?
    /// The key of `certificateFile`, without a password.
    package var privateKeyFile: String?
    /// Whose certificate the server must show, a name or an address; the URL's host unless given.
    package var serverName: String?
    /// Whether any certificate will do, whoever signed it for whomever: encrypted, but by whom is not known.
    package var isInsecure = false

    package init() {}
}
