/// How long each share of the callers waited, as dots on a scale of powers of ten, against the deadline.
struct LatencyPlot {
    let latency: RunSummary.Latency
    let deadline: Int

    private static let left = 62.0
    private static let right = 24.0
    private static let top = 24.0
    private static let rowHeight = 26.0

    func markup(size: PlotSize) -> Markup {
        let rows = latency.rows
        let height = Double(rows.count) * Self.rowHeight
        let frame = PlotFrame(
            area: Drawing.Area(x: Self.left, y: Self.top, width: size.width - Self.left - Self.right, height: height),
            across: .waits(rows.map(\.wait) + [deadline], room: size.hasHints ? 0.12 : 0.35, marks: 5),
            upwards: PlotAxis(lowest: 0, highest: Double(rows.count), isLogarithmic: false, marks: [])
        )
        var drawing = Drawing(name: "latency-\(size.name)")
        frame.drawGround(in: &drawing)
        for mark in frame.across.marks {
            let x = frame.x(mark.value)
            drawing.line("grid", from: Drawing.Point(x: x, y: frame.top), to: Drawing.Point(x: x, y: frame.bottom))
        }
        drawDeadline(in: &drawing, frame)
        for (place, row) in rows.enumerated() {
            let y = frame.top + (Double(place) + 0.5) * Self.rowHeight
            let (x, hint) = (
                frame.x(Double(row.wait)), "\(row.share) of the callers: no longer than \(Figures.wait(row.wait))"
            )
            drawing.line("stem", from: Drawing.Point(x: frame.left, y: y), to: Drawing.Point(x: x, y: y))
            drawing.dot("admitted", at: Drawing.Point(x: x, y: y), radius: 5, hint: hint)
            drawing.text(row.name, at: Drawing.Point(x: frame.left - 8, y: y + 4), anchor: .end)
            let text = Figures.wait(row.wait)
            let end = x + 14 + Drawing.width(of: text)
            // Not beyond the end, and not upon the line of the deadline.
            let isLeft = end > frame.right || (x < frame.x(Double(deadline)) && end > frame.x(Double(deadline)))
            let label = Drawing.Point(x: x + (isLeft ? -10 : 10), y: y + 4)
            drawing.text(text, at: label, style: "strong halo", anchor: isLeft ? .end : .start)
        }
        frame.drawFoot("wait, log scale", in: &drawing)
        let words = rows.map { "\($0.name) \(Figures.wait($0.wait))" }.joined(separator: ", ")
        return drawing.markup(width: size.width, height: frame.bottom + 44, label: "How long callers waited: \(words).")
    }

    private func drawDeadline(in drawing: inout Drawing, _ frame: PlotFrame) {
        let x = frame.x(Double(deadline))
        drawing.line("deadline", from: Drawing.Point(x: x, y: frame.top - 6), to: Drawing.Point(x: x, y: frame.bottom))
        let text = "deadline \(Figures.wait(deadline))"
        let half = Drawing.width(of: text) / 2
        let place = Drawing.Point(x: min(max(x, frame.left + half), frame.right - half), y: frame.top - 10)
        drawing.text(text, at: place, style: "strong", anchor: .middle)
    }
}
