/// Why a text is not the address of a server.
///
/// Never quotes the user or the password.
package struct InvalidAddress: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    /// The reason alone, for whoever prints an error as it comes.
    package var description: String { reason }

    package init(_ reason: String) { self.reason = reason }

    /// A number is quoted; anything else may be a password that lost its way.
    static func quoted(_ text: Substring) -> String {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? " '\(text)'" : ""
    }
}
