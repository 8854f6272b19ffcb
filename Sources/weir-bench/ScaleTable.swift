import Console

/// What `--scale` has shown, a table for each series.
struct ScaleTable {
    let lines: [ScaleLine]

    func print() {
        let terminal = Terminal()
        for line in lines {
            Swift.print("\(terminal.paint(line.series.title, .bold)): \(line.series.unit)")
            for (number, text) in Table(rows: rows(of: line)).lines.enumerated() {
                Swift.print(number == 0 ? terminal.paint(text, .faint) : text)
            }
            Swift.print()
        }
        Swift.print("raw: hiredis alone, over as many keys and as many at once, a GET and a SET PX for each window")
    }

    private func rows(of line: ScaleLine) -> [[String]] {
        let bytes = line.series.hasBytes ? ["bytes a key"] : []
        let heading = [line.series.name, "per second", "raw", "to raw", "p50 µs", "p99 µs", "server µs"]
        return [heading + bytes + ["errors"]]
            + line.points.map { point in
                let cells = [
                    point.label, Int(point.perSecond).grouped, Int(point.rawPairsPerSecond).grouped,
                    Table.number(point.ratioToRawPairs, "%.2f"), Table.number(point.p50), Table.number(point.p99),
                    Table.number(point.serverMicroseconds, "%.2f"),
                ]
                let bytes = line.series.hasBytes ? [point.bytesPerKey?.grouped ?? ""] : []
                return cells + bytes + [point.errors.grouped]
            }
    }
}
