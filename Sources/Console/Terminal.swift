internal import Foundation

/// Colour for a person at a terminal, and plain text for a pipe.
package struct Terminal: Sendable {
    package enum Style: String, Sendable {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
    }

    private let hasColour: Bool

    package init() {
        hasColour = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    package func paint(_ text: String, _ style: Style) -> String {
        hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Writes a line at once: who reads it through a pipe need not wait for more.
    package func line(_ text: String = "") {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }
}
