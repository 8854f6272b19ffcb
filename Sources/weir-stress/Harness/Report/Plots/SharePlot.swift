/// What each process decided, as bars of one scale.
struct SharePlot {
    let processes: [RunSummary.ProcessShare]

    private static let left = 84.0
    private static let right = 22.0
    private static let top = 28.0
    private static let legend = [("admitted", "admitted"), ("denied", "denied"), ("unsettled", "unknown or failed")]

    func markup(size: PlotSize) -> Markup {
        // Many processes have thinner bars.
        let rowHeight = processes.count > 16 ? 16.0 : 26.0
        let most = processes.map(\.decisions).max() ?? 1
        let height = Double(processes.count) * rowHeight + 8
        let across = PlotAxis.counts(upTo: Double(most), room: 0.04, marks: size.hasHints ? 6 : 3)
        let frame = PlotFrame(
            area: Drawing.Area(x: Self.left, y: Self.top, width: size.width - Self.left - Self.right, height: height),
            across: across,
            upwards: PlotAxis(lowest: 0, highest: 1, isLogarithmic: false, marks: [])
        )
        var drawing = Drawing(name: "processes-\(size.name)")
        drawing.declareStripes()
        drawLegend(in: &drawing)
        frame.drawGround(in: &drawing)
        for mark in across.marks {
            let x = frame.x(mark.value)
            drawing.line("grid", from: Drawing.Point(x: x, y: frame.top), to: Drawing.Point(x: x, y: frame.bottom))
        }
        for (place, process) in processes.enumerated() {
            let middle = frame.top + 4 + (Double(place) + 0.5) * rowHeight
            drawing.text(
                "process \(process.number)",
                at: Drawing.Point(x: frame.left - 8, y: middle + 4),
                anchor: .end
            )
            draw(process, size, in: &drawing, frame, at: middle, height: rowHeight * 0.7)
        }
        frame.drawFoot("decisions", in: &drawing)
        let label = "The decisions of each process; the table below has the numbers."
        return drawing.markup(width: size.width, height: frame.bottom + 44, label: label)
    }

    private func drawLegend(in drawing: inout Drawing) {
        var x = 0.0
        for (style, text) in Self.legend {
            drawing.rectangle(style, Drawing.Area(x: x, y: 5, width: 14, height: 11))
            drawing.text(text, at: Drawing.Point(x: x + 19, y: 15))
            x += Drawing.width(of: text) + 34
        }
    }

    private func draw(
        _ process: RunSummary.ProcessShare,
        _ size: PlotSize,
        in drawing: inout Drawing,
        _ frame: PlotFrame,
        at middle: Double,
        height: Double
    ) {
        let rest = max(process.decisions - process.admitted - process.denied, 0)
        var start = 0
        for ((style, text), count) in zip(Self.legend, [process.admitted, process.denied, rest]) where count > 0 {
            let (left, right) = (frame.x(Double(start)), frame.x(Double(start + count)))
            let area = Drawing.Area(x: left, y: middle - height / 2, width: max(right - left, 1), height: height)
            let share = Figures.share(count, of: process.decisions)
            let hint = "process \(process.number): \(Figures.grouped(count)) \(text), \(share)"
            drawing.rectangle(style, area, hint: size.hasHints ? hint : nil)
            start += count
        }
    }
}
