#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import WeirClient

extension PacedHTTPClient {
    /// Answers from the cache, or sends and tells the cache.
    func execute(_ call: Call, _ asked: HTTPRequest, with cache: ResponseCache) async throws -> HTTPClientResponse {
        switch cache.answer(to: asked) {
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
                return keep(response, to: asked, requestedAt: requestedAt, in: cache)
            }
            if let cached = cache.unchanged(HTTPResponse(response), to: asked, requestedAt: requestedAt) {
                return HTTPClientResponse(cached)
            }
        case .none:
            break
        }
        let requestedAt = cache.now
        return keep(try await send(call), to: asked, requestedAt: requestedAt, in: cache)
    }

    /// The response, whose body is kept while the caller reads it, if it may be.
    private func keep(
        _ response: HTTPClientResponse,
        to asked: HTTPRequest,
        requestedAt: Duration,
        in cache: ResponseCache
    ) -> HTTPClientResponse {
        let head = HTTPResponse(response)
        let receivedAt = cache.now
        guard cache.mayKeep(head, to: asked) else {
            cache.received(head, body: nil, to: asked, requestedAt: requestedAt, receivedAt: receivedAt)
            return response
        }
        var copy = response
        copy.body = .stream(
            KeptBody(response.body, atMost: cache.settings.mostBodyBytes) { bytes in
                cache.received(head, body: bytes, to: asked, requestedAt: requestedAt, receivedAt: receivedAt)
            }
        )
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
