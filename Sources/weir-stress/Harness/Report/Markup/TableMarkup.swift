/// A table whose numbers stand below each other, and whose rows become blocks where the screen is narrow.
struct TableMarkup {
    struct Column {
        let title: String
        let isNumber: Bool

        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    /// What the table shows, for those who come upon it by itself.
    let caption: String
    /// `compact` for one that is narrow everywhere.
    var style = "full"
    /// The first names its row.
    let columns: [Column]
    let rows: [[Markup]]

    var markup: Markup {
        let heads = columns.map { "<th scope=\"col\"\(kind(of: $0))>\($0.title)</th>" as Markup }
        return """
            <table class="\(style)">
            <caption>\(caption)</caption>
            <thead><tr>\(heads.joined)</tr></thead>
            <tbody>
            \(rows.map(body).joined)
            </tbody>
            </table>
            """
    }

    private func body(of row: [Markup]) -> Markup {
        let cells = zip(columns, row).enumerated().map { place, cell -> Markup in
            let (column, content) = cell
            guard place > 0 else {
                return "<th scope=\"row\" data-label=\"\(column.title)\"\(kind(of: column))>\(content)</th>"
            }
            return "<td data-label=\"\(column.title)\"\(kind(of: column))><span>\(content)</span></td>"
        }
        return "<tr>\(Markup(trusted: cells.map(\.html).joined()))</tr>"
    }

    private func kind(of column: Column) -> Markup { column.isNumber ? " class=\"number\"" : "" }
}
