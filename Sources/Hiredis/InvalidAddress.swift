/// Why a text is not the address of a server.
///
/// Never quotes the user or the password.
package struct InvalidAddress: Error, Sendable, Equatable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
