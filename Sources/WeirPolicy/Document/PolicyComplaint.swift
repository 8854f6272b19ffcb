/// One thing that is wrong with a policy: where, and what to do.
///
/// `line 12, column 5: 'limt' is not known here; did you mean 'limit'?`
public struct PolicyComplaint: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1 on; 0 if it is about the file as a whole.
    public let line: Int
    /// The column, from 1 on, in characters; 0 if it is about the file as a whole.
    public let column: Int
    /// What is wrong and what to do about it.
    public let message: String

    /// A complaint about a place.
    init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    /// A complaint about the file as a whole.
    init(_ message: String) { self.init(line: 0, column: 0, message: message) }

    /// The place, if there is one, and the message.
    public var description: String { line > 0 ? "line \(line), column \(column): \(message)" : message }
}
