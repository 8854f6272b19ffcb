#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import WeirClient

extension PacedHTTPClient {
    /// Answers from the cache, or sends and tells the cache.
    func execute(_ call: Call, _ asked: HTTPRequest, with cache: ResponseCache) async throws -> HTTPClientResponse {
        switch cache.answer(to: asked, identity: call.identity) {
        case .fresh(let cached):
            return HTTPClientResponse(cached)
        case .stale(let conditions):
            var conditional = call
            for field in conditions {
                conditional.request.headers.replaceOrAdd(name: field.name.rawName, value: field.value)
            }
            let requestedAt = cache.now
            let response = try await send(conditional)
            guard response.status == .notModified else {
                return keep(response, to: asked, call.identity, requestedAt: requestedAt, in: cache)
            }
            let head = HTTPResponse(response)
            if let cached = cache.unchanged(head, to: asked, identity: call.identity, requestedAt: requestedAt) {
                return HTTPClientResponse(cached)
            }
        case .none:
            break
        }
        let requestedAt = cache.now
        return keep(try await send(call), to: asked, call.identity, requestedAt: requestedAt, in: cache)
    }

    /// The response, whose body is kept while the caller reads it, if it may be.
    private func keep(
        _ response: HTTPClientResponse,
        to asked: HTTPRequest,
        _ identity: String?,
        requestedAt: Duration,
        in cache: ResponseCache
    ) -> HTTPClientResponse {
        let head = HTTPResponse(response)
        let receivedAt = cache.now
        let receive: @Sendable ([UInt8]?) -> Void = { body in
            cache.received(
                head,
                body: body,
                to: asked,
                identity: identity,
                requestedAt: requestedAt,
                receivedAt: receivedAt
            )
        }
        guard cache.mayKeep(head, to: asked, identity: identity) else {
            receive(nil)
            return response
        }
        var copy = response
        copy.body = .stream(KeptBody(response.body, atMost: cache.settings.mostBodyBytes, atEnd: receive))
        return copy
    }
}

extension HTTPClientResponse {
    fileprivate init(_ cached: CachedResponse) {
        self.init(
            status: HTTPResponseStatus(statusCode: cached.response.status.code),
            headers: HTTPHeaders(cached.response.headerFields),
            body: .bytes(ByteBuffer(bytes: cached.body))
        )
    }
}
#endif
