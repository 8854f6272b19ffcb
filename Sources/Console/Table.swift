internal import Foundation

/// Columns as wide as their widest cell, the first ones aligned to the left and the others to the right.
package struct Table: Sendable {
    package let rows: [[String]]
    /// How many columns are aligned to the left.
    private let left: Int
    /// How the cells of the last column are shown, which is aligned to the left if this is said.
    private let verdict: (@Sendable (String) -> String)?

    package init(rows: [[String]], left: Int = 1, verdict: (@Sendable (String) -> String)? = nil) {
        self.rows = rows
        self.left = left
        self.verdict = verdict
    }

    package var lines: [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                // Colours have no width: they come after it was measured.
                if let verdict, column == row.count - 1 { return verdict(cell) }
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column < left ? cell + padding : padding + cell
            }
            return "  " + cells.joined(separator: "  ")
        }
    }

    /// A cell for a number that may be missing.
    package static func number(_ value: Double?, _ format: String = "%.1f") -> String {
        value.map { String(format: format, $0) } ?? ""
    }
}
