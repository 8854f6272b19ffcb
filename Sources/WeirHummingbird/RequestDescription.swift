#if Hummingbird
public import HTTPTypes
public import Hummingbird
public import Weir
public import WeirHTTP

/// By what a request is counted, where that is something usual: a credential, or the client's address.
///
/// The endpoint is always the method and the matched route, `GET /objects/:id`, and `unmatched` for whatever no route
/// matches: a client that asks for ever new paths and methods has one count for them all.
public struct RequestDescription<Context: RequestContext>: Sendable {
    /// What becomes of a request without the credential.
    public enum MissingCredential: Sendable, Hashable {
        /// It is answered with 401, and told in `WWW-Authenticate` what it lacks.
        case refused
        /// It passes uncounted, for another middleware to judge.
        case uncounted
    }

    let describe: RateLimitMiddleware<Context>.Describe

    /// Counts by a part of the descriptor that `value` finds; nil passes uncounted.
    private init(
        _ part: Descriptor.Part,
        _ value: @escaping @Sendable (Request, Context) throws -> String?
    ) {
        describe = { request, context in
            guard let value = try value(request, context) else { return nil }
            let endpoint = context.endpointPath.map { "\(request.method) \($0)" }
            var descriptor = Descriptor(endpoint: endpoint ?? "unmatched")
            descriptor[part] = Descriptor.Value(value)
            return descriptor
        }
    }

    /// By the token of `Authorization: Bearer …`.
    ///
    /// The token is counted by, and not verified: put what verifies it before, or who invents tokens has a new count with
    /// each.
    ///
    /// - Parameters:
    ///   - missing: what becomes of a request without exactly one token; 401 with `WWW-Authenticate: Bearer` by default.
    ///   - part: what the token is to the rules.
    /// - Returns: a description for the middleware.
    public static func bearerToken(
        missing: MissingCredential = .refused,
        as part: Descriptor.Part = .token
    ) -> RequestDescription {
        credential(.bearerToken, missing: missing, as: part)
    }

    /// By the key in a field of its own.
    ///
    /// - Parameters:
    ///   - name: the field's name; `X-API-Key` by default.
    ///   - missing: what becomes of a request without exactly one key; 401 with `WWW-Authenticate: ApiKey` by default.
    ///   - part: what the key is to the rules.
    /// - Returns: a description for the middleware.
    public static func apiKey(
        _ name: HTTPField.Name = .xAPIKey,
        missing: MissingCredential = .refused,
        as part: Descriptor.Part = .token
    ) -> RequestDescription {
        credential(.apiKey(name), missing: missing, as: part)
    }

    private static func credential(
        _ source: CredentialSource,
        missing: MissingCredential,
        as part: Descriptor.Part
    ) -> RequestDescription {
        RequestDescription(part) { request, _ in
            if let credential = source.credential(in: request.headers) { return credential }
            guard missing == .refused else { return nil }
            throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: source.challenge])
        }
    }
}

extension RequestDescription where Context: RemoteAddressRequestContext {
    /// By the client's address, as ``WeirHTTP/TrustedProxies`` finds it.
    ///
    /// Who has connected without an address, by a unix socket, is one client.
    ///
    /// Hummingbird's own context does not know who has connected: it takes a context that does, and a router of it.
    ///
    /// ```swift
    /// struct AddressContext: RemoteAddressRequestContext {
    ///     var coreContext: CoreRequestContextStorage
    ///     let remoteAddress: SocketAddress?
    ///
    ///     init(source: Source) {
    ///         coreContext = CoreRequestContextStorage(source: source)
    ///         remoteAddress = source.channel.remoteAddress
    ///     }
    /// }
    ///
    /// let router = Router(context: AddressContext.self)
    /// let proxies = try TrustedProxies(["10.0.0.0/8"])
    /// router.add(middleware: RateLimitMiddleware(limiter: limiter, describe: .clientAddress(trusting: proxies)))
    /// ```
    ///
    /// - Parameters:
    ///   - proxies: who is believed when it says for whom it asks.
    ///   - part: what the address is to the rules; as a token or a user it enters Redis only as a keyed hash.
    /// - Returns: a description for the middleware.
    public static func clientAddress(
        trusting proxies: TrustedProxies,
        as part: Descriptor.Part = .token
    ) -> RequestDescription {
        RequestDescription(part) { request, context in
            let peer = context.remoteAddress?.ipAddress ?? TrustedProxies.unixSocket
            return proxies.clientAddress(peer: peer, fields: request.headers)
        }
    }
}
#endif
