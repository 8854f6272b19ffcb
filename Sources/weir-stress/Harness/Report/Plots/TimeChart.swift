internal import StressHistory

/// Plots below each other over the same time, with the faults as bands across all of them.
struct TimeChart {
    /// What a colour, and what else it is known by, stands for.
    struct Meaning {
        let style: String
        let text: String
    }

    /// What is said of an interval, in seconds.
    struct Hint {
        let from: Double
        let until: Double
        let text: String
    }

    /// Finer than these nobody can point.
    static let mostHints = 120

    let course: RunCourse
    let size: PlotSize
    let panels: [any TimePanel]
    var naming = FaultBand.Naming.numbersAndKinds

    private static let left = 62.0
    private static let right = 22.0
    private static let titleHeight = 27.0
    private static let footHeight = 44.0
    /// Between two plots.
    private static let gap = 8.0

    /// Draws it below a height, and says where it ends.
    func draw(in drawing: inout Drawing, from top: Double) -> Double {
        guard let first = panels.first else { return top }
        let marks = FaultMarks(of: course, naming, in: frame(of: first, at: 0))
        var bottom = top
        for (place, panel) in panels.enumerated() {
            bottom += drawTitle(of: panel, in: &drawing, at: bottom)
            // The faults are named once, above all plots.
            if place == 0 { bottom += marks.height }
            let frame = frame(of: panel, at: bottom)
            frame.drawGround(in: &drawing)
            panel.draw(in: &drawing, frame)
            marks.drawBands(in: &drawing, frame)
            if place == 0 { marks.drawHead(in: &drawing, frame) }
            panel.drawAbove(in: &drawing, frame)
            if size.hasHints { drawHints(of: panel, in: &drawing, frame) }
            bottom = frame.bottom
            guard place == panels.count - 1 else {
                bottom += Self.gap
                continue
            }
            frame.drawFoot("seconds since the start", in: &drawing)
            bottom += Self.footHeight
        }
        return bottom
    }

    private var width: Double { size.width - Self.left - Self.right }

    private func frame(of panel: any TimePanel, at top: Double) -> PlotFrame {
        PlotFrame(
            area: Drawing.Area(x: Self.left, y: top, width: width, height: panel.height),
            across: .seconds(upTo: course.seconds, marks: size.timeMarks),
            upwards: panel.upwards
        )
    }

    /// The title on the left, and what the colours mean on the right, or below it where it is narrow.
    private func drawTitle(of panel: any TimePanel, in drawing: inout Drawing, at top: Double) -> Double {
        drawing.text(panel.title, at: Drawing.Point(x: 0, y: top + 15), style: "title")
        guard !panel.legend.isEmpty else { return Self.titleHeight }
        let widths = panel.legend.map { Drawing.width(of: $0.text) + 34 }
        let whole = widths.reduce(0, +)
        let isBeside = Drawing.width(of: panel.title) + whole < size.width
        let y = isBeside ? top : top + 19
        var x = isBeside ? size.width - Self.right - whole + 15 : 0
        for (meaning, width) in zip(panel.legend, widths) {
            drawing.rectangle(meaning.style, Drawing.Area(x: x, y: y + 5, width: 14, height: 11))
            drawing.text(meaning.text, at: Drawing.Point(x: x + 19, y: y + 15))
            x += width
        }
        return isBeside ? Self.titleHeight : Self.titleHeight + 19
    }

    private func drawHints(of panel: any TimePanel, in drawing: inout Drawing, _ frame: PlotFrame) {
        for hint in panel.hints {
            let faults = course.faults(from: hint.from, until: hint.until)
            let names = faults.prefix(3).map { "\($0.number) \($0.fault.kind.rawValue)" }.joined(separator: ", ")
            let more = faults.count > 3 ? " and \(faults.count - 3) more" : ""
            let during = faults.isEmpty ? "" : "; during \(names)\(more)"
            let area = Drawing.Area(
                x: frame.x(hint.from),
                y: frame.top,
                width: frame.x(hint.until) - frame.x(hint.from),
                height: frame.area.height
            )
            let time = "\(Figures.seconds(hint.from)) to \(Figures.seconds(hint.until)) s"
            drawing.rectangle("hint", area, hint: "\(time): \(hint.text)\(during)")
        }
    }
}
