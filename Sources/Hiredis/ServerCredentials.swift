/// Who we are for a server.
package struct ServerCredentials: Sendable, Equatable {
    /// Nil for the server's default user.
    package let user: String?
    package let password: Secret

    package init(user: String?, password: Secret) {
        self.user = user
        self.password = password
    }
}
