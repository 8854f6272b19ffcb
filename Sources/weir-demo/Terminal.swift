#if Hummingbird
import Foundation

/// Output for a person at a terminal, and plain lines for a pipe.
struct Terminal: Sendable {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let hasColour: Bool

    init() {
        hasColour = isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    enum Colour: String {
        case green = "32"
        case red = "31"
        case bold = "1"
        case faint = "2"
    }

    func paint(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A line that the next one of its kind replaces; in a pipe, a line.
    func progress(_ text: String) {
        write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    func endProgress() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    /// How long a line of progress stays before the next.
    var progressInterval: Duration { isTerminal ? .milliseconds(100) : .seconds(5) }

    func line(_ text: String = "") { write(text + "\n") }

    /// Columns as wide as their widest cell; all but the first `left` are aligned to the right.
    func table(_ rows: [[String]], left: Int, paintLast: (String) -> String) {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                let text = column == row.count - 1 ? paintLast(cell) : cell
                return column < left || column == row.count - 1 ? text + padding : padding + text
            }
            line("  " + cells.joined(separator: "  "))
        }
    }

    private func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
#endif
