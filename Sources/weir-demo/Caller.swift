#if Hummingbird
import Hummingbird
import WeirHTTP

/// Who asks: a token reads `group.application.person` here; a real service looks up whose it is.
struct Caller {
    let token: String
    let group: String
    let application: String
    let person: String

    /// The person of a group, whose objects are counted: another group may have one of the same name.
    var user: String { "\(group).\(person)" }

    init(_ request: Request) throws {
        guard let token = CredentialSource.bearerToken.credential(in: request.headers) else {
            throw Self.unauthorized("Send a token: Authorization: Bearer group.application.person")
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts.contains(where: \.isEmpty) else {
            throw Self.unauthorized("A token reads group.application.person.")
        }
        self.token = token
        (group, application, person) = (parts[0], parts[1], parts[2])
    }

    private static func unauthorized(_ message: String) -> HTTPError {
        HTTPError(
            .unauthorized,
            headers: [.wwwAuthenticate: CredentialSource.bearerToken.challenge],
            message: message
        )
    }
}
#endif
