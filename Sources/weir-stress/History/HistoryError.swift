/// Why a history cannot be read or written.
package struct HistoryError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
