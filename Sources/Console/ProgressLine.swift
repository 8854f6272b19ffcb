internal import Foundation

/// What is going on, on standard error: one line that the next replaces, or in a pipe one after another.
package enum ProgressLine {
    private static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// How long a line should stay before the next.
    package static var interval: Duration { isTerminal ? .milliseconds(100) : .seconds(5) }

    /// Shows a line; an empty one ends it all.
    package static func show(_ text: String) {
        let isTerminal = isTerminal
        guard isTerminal || !text.isEmpty else { return }
        let line = isTerminal ? "\r\u{1B}[K\(text)" : text + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
