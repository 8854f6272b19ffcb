#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOHTTP1

extension HTTPFields {
    /// The same fields; those whose names are none are left out.
    init(_ headers: HTTPHeaders) {
        self.init()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { append(HTTPField(name: name, value: value)) }
        }
    }
}

extension HTTPHeaders {
    init(_ fields: HTTPFields) { self.init(fields.map { ($0.name.rawName, $0.value) }) }
}

extension HTTPRequest {
    /// The request as a cache knows it.
    init?(_ request: HTTPClientRequest) {
        guard let method = HTTPRequest.Method(request.method.rawValue) else { return nil }
        let target = RequestTarget(request.url)
        self.init(method: method, scheme: target.scheme, authority: target.authority, path: target.path)
        headerFields = HTTPFields(request.headers)
        // A user in the URL becomes the field when the request is sent.
        if headerFields[.authorization] == nil { headerFields[.authorization] = target.user }
    }
}

extension HTTPResponse {
    init(_ response: HTTPClientResponse) {
        self.init(
            status: Status(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase),
            headerFields: HTTPFields(response.headers)
        )
    }
}
#endif
