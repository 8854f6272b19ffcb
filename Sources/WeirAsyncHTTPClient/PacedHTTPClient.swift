#if AsyncHTTPClient
public import AsyncHTTPClient
public import HTTPTypes
public import NIOCore
internal import NIOHTTP1
public import WeirClient
internal import WeirFields

/// AsyncHTTPClient that keeps to the limits of the services that it asks.
///
/// Each token has a pacer for each endpoint: it slows down before nothing is left, waits exactly as long as a refusal says,
/// and sends again; see `Pacer`. With a cache, what is known is not asked for again, for each caller apart; see
/// `ResponseCache` for who is told from whom. Clients that show different certificates need a cache each.
///
/// ```swift
/// let client = PacedHTTPClient(HTTPClient.shared, cache: ResponseCache())
/// var request = HTTPClientRequest(url: "https://api.example.com/objects/17")
/// request.headers.add(name: "Authorization", value: "Bearer …")
/// let response = try await client.execute(request, endpoint: "/objects/{id}")
/// ```
///
/// A redirect is followed by AsyncHTTPClient, and with it a part of the same request: only the last response is read.
public final class PacedHTTPClient: Sendable {
    private let client: HTTPClient
    let cache: ResponseCache?
    private let callerFields: [HTTPField.Name]
    private let pacers: Pacers<PacedEndpoint>
    private let fingerprints = Fingerprint.Maker()

    /// A client that paces another.
    ///
    /// - Parameters:
    ///   - client: sends the requests; to be shut down by whoever has made it.
    ///   - settings: how to pace.
    ///   - cache: keeps responses; nil, the default, for none.
    ///   - capacity: how many pacers are kept, 1,000 by default; those used longest ago are forgotten first.
    ///   - callerFields: fields that name the caller beside `Authorization` and `X-API-Key`, such as `X-Session`: both the
    ///     pacers and what is kept are apart for each value. None by default. `Cookie` parts what is kept in any case.
    ///   - onChange: called when the client comes near a limit, over it, or away from it.
    public init(
        _ client: HTTPClient,
        settings: Pacer.Settings = Pacer.Settings(),
        cache: ResponseCache? = nil,
        capacity: Int = 1_000,
        callerFields: [HTTPField.Name] = [],
        onChange: (@Sendable (PacedEndpoint, Standing) -> Void)? = nil
    ) {
        self.client = client
        self.cache = cache
        self.callerFields = [.known("X-API-Key")] + callerFields
        pacers = Pacers(capacity: capacity) { endpoint in
            guard let onChange else { return Pacer(settings: settings) }
            return Pacer(settings: settings, onChange: { onChange(endpoint, $0) })
        }
    }

    /// The pacer of a request: its `standing` says how near the limit is.
    ///
    /// - Parameters:
    ///   - request: a request.
    ///   - endpoint: as for ``execute(_:timeout:endpoint:token:isIdempotent:isRepeatable:)``.
    ///   - token: likewise.
    /// - Returns: the pacer that ``execute(_:timeout:endpoint:token:isIdempotent:isRepeatable:)`` uses for it.
    public func pacer(for request: HTTPClientRequest, endpoint: String? = nil, token: String? = nil) -> Pacer {
        let target = RequestTarget(request.url)
        return pacers.pacer(
            for: PacedEndpoint(
                origin: "\(target.scheme)://\(target.authority)",
                method: request.method.rawValue,
                path: endpoint ?? target.pathAlone,
                credentials: identity(of: request, token: token).map(fingerprints.fingerprint)
            )
        )
    }

    /// Who asks: the token, else `Authorization`, else the user in the URL; and the fields that name the caller beside them.
    private func identity(of request: HTTPClientRequest, token: String?) -> String? {
        let credentials = token ?? request.headers.first(name: "Authorization") ?? RequestTarget(request.url).user
        let others = callerFields.flatMap { name in
            request.headers[name.rawName].map { "\n\(name.canonicalName): \($0)" }
        }
        return others.isEmpty ? credentials : (credentials ?? "") + others.joined()
    }

    /// Sends a request when its turn comes, and again when it was refused, or has failed and is idempotent.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - timeout: how long each attempt may take until the header of its response has come; 30 seconds by default. The
    ///     time for which it waits for its turn comes on top, see `Pacer.Settings.longestWait`.
    ///   - endpoint: what the service counts by, such as `/objects/{id}`; nil, the default, for the path itself.
    ///   - token: by whom it is counted and to whom the response belongs; nil, the default, for the `Authorization` field,
    ///     or else the user in the URL. Only a keyed hash is kept.
    ///   - isIdempotent: whether it may run twice; nil, the default, for what its method says.
    ///   - isRepeatable: whether its body can be sent again; nil, the default, if there is none, or it is of bytes. One
    ///     that is a stream is sent once, and whatever comes back is returned, be it a refusal.
    /// - Returns: the response; from the cache, it has the field `Age`.
    /// - Throws: what AsyncHTTPClient throws; `PacerError` if the server refuses each attempt, the wait would be too long,
    ///   or the task is cancelled while it waits.
    public func execute(
        _ request: HTTPClientRequest,
        timeout: TimeAmount = .seconds(30),
        endpoint: String? = nil,
        token: String? = nil,
        isIdempotent: Bool? = nil,
        isRepeatable: Bool? = nil
    ) async throws -> HTTPClientResponse {
        let call = Call(
            request: request,
            timeout: timeout,
            isIdempotent: isIdempotent ?? HTTPRequest.Method(request.method.rawValue)?.isIdempotent ?? false,
            isRepeatable: isRepeatable ?? request.body?.isRepeatable ?? true,
            pacer: pacer(for: request, endpoint: endpoint, token: token),
            identity: identity(of: request, token: token)
        )
        guard let cache, let asked = HTTPRequest(request) else { return try await send(call) }
        return try await execute(call, asked, with: cache)
    }

    /// All that is needed to send a request.
    struct Call: Sendable {
        var request: HTTPClientRequest
        let timeout: TimeAmount
        let isIdempotent: Bool
        let isRepeatable: Bool
        let pacer: Pacer
        let identity: String?
    }

    func send(_ call: Call) async throws -> HTTPClientResponse {
        try await call.pacer.perform(isIdempotent: call.isIdempotent, isRepeatable: call.isRepeatable) {
            try await client.execute(call.request, timeout: call.timeout)
        } reading: { response in
            PacedResponse(HTTPResponse(response))
        } discard: { response in
            await Self.discard(response)
        }
    }

    /// Reads a short body to its end, so that the connection can be used again; gives up on one that is long or slow.
    private static func discard(_ response: HTTPClientResponse) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await response.body.collect(upTo: 1 << 16) }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }
}
#endif
