#if Hummingbird
internal import Hummingbird

/// An error from further in, whose response tells the client where it stands as any other does.
struct ErrorWithFields: HTTPResponseError {
    let underlying: any Error
    let fields: HTTPFields

    var status: HTTPResponse.Status { (underlying as? any HTTPResponseError)?.status ?? .internalServerError }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var response =
            try (underlying as? any HTTPResponseError)?.response(from: request, context: context)
            ?? Response(status: status)
        response.headers.append(contentsOf: fields)
        return response
    }
}
#endif
