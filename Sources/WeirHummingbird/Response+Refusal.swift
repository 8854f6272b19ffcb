#if Hummingbird
public import Hummingbird
public import WeirHTTP

extension Response {
    /// A refusal, with what else the client is to be told.
    public init(_ refusal: RefusalResponse, fields: HTTPFields = HTTPFields()) {
        var headers = fields
        headers[.contentType] = refusal.contentType
        self.init(
            status: refusal.status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: refusal.body))
        )
    }
}
#endif
