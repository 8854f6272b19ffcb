#if Hummingbird
import Hummingbird

/// Who asks: a token reads `group.application.person` here; a real service looks up whose it is.
struct Caller {
    let token: String
    let group: String
    let application: String
    let person: String

    init(_ request: Request) throws {
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
            throw HTTPError(.unauthorized, message: "Send a token: Authorization: Bearer group.application.person")
        }
        token = String(header.dropFirst("Bearer ".count))
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts.contains(where: \.isEmpty) else {
            throw HTTPError(.unauthorized, message: "A token reads group.application.person.")
        }
        (group, application, person) = (parts[0], parts[1], parts[2])
    }
}
#endif
