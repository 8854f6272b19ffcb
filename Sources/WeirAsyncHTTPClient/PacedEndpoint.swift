#if AsyncHTTPClient
internal import WeirClient

/// By whom and where requests are counted together, as a client sees it.
///
/// Of the token there is only a keyed hash.
public struct PacedEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Scheme and host, such as `https://api.example.com`.
    public let origin: String
    /// The method.
    public let method: String
    /// The path, or the template that stands for many.
    public let path: String
    let credentials: Fingerprint?

    /// The method and where to: `GET https://api.example.com/objects`.
    public var description: String { "\(method) \(origin)\(path)" }
}
#endif
