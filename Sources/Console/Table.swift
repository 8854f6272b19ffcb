internal import Foundation

/// Columns as wide as their widest cell, the first aligned to the left and the others to the right.
package struct Table: Sendable {
    package let rows: [[String]]

    package init(rows: [[String]]) { self.rows = rows }

    package var lines: [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            return "  " + cells.joined(separator: "  ")
        }
    }

    /// A cell for a number that may be missing.
    package static func number(_ value: Double?, _ format: String = "%.1f") -> String {
        value.map { String(format: format, $0) } ?? ""
    }
}
