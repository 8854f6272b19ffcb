/// Whether an instance may warn of a window near its limit.
package enum WarningClaim: Sendable, Hashable {
    /// Nobody else has, and nobody else will for the window's length.
    case granted
    /// Another instance has; the next may in so many microseconds.
    case taken(for: Int)
}
