/// Who an instance is for Redis: a user of its ACL and a password.
///
/// Neither shows in a description, a log or an error.
public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    let user: String?
    let password: String

    /// A user and a password; without a user, Redis' default one.
    public init(user: String? = nil, password: String) {
        self.user = user
        self.password = password
    }

    /// Says nothing.
    public var description: String { "Credentials(…)" }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
