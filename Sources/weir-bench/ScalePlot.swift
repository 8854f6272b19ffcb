import Console
import Foundation

/// All series as one picture: a panel each in a grid, and in the last place of the grid what their lines mean.
///
/// It needs nothing but itself: no script, no font, no network. It is light or dark as its reader's system is.
struct ScalePlot {
    let lines: [ScaleLine]
    /// Where it was measured.
    let machine: String
    /// How, in short lines.
    let notes: [String]

    private static let columns = 4
    private static let gap = 16.0
    private static let headingHeight = 60.0

    func write(to path: String) throws {
        try Data(svg.utf8).write(to: URL(filePath: path))
    }

    var svg: String {
        let rows = lines.count / Self.columns + 1
        let width = Self.gap + Double(Self.columns) * (ScalePanel.width + Self.gap)
        let height = Self.headingHeight + Double(rows) * (ScalePanel.height + Self.gap)
        var drawing = Drawing()
        drawing.rectangle("paper", width: width, height: height)
        drawing.text("Weir: decisions a second as things grow", at: Drawing.Point(x: Self.gap, y: 29), style: "heading")
        drawing.text(machine, at: Drawing.Point(x: Self.gap, y: 48))
        for (place, line) in lines.enumerated() {
            drawing.group(at: Self.corner(place)) { ScalePanel(line: line).draw(in: &$0) }
        }
        drawing.group(at: Self.corner(lines.count)) { drawLegend(in: &$0) }
        let size = "\(Int(width)) \(Int(height))"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" role="img" aria-labelledby="title description">
            <title id="title">Weir: decisions a second as things grow</title>
            <desc id="description">\(Drawing.escaped(description))</desc>
            <style>
            \(Self.style)
            </style>
            \(drawing.elements.joined(separator: "\n"))
            </svg>

            """
    }

    private static func corner(_ place: Int) -> Drawing.Point {
        Drawing.Point(
            x: gap + Double(place % columns) * (ScalePanel.width + gap),
            y: headingHeight + Double(place / columns) * (ScalePanel.height + gap)
        )
    }

    /// The ends of each line in words, for those who cannot see it.
    private var description: String {
        let sentences = lines.compactMap { line -> String? in
            guard let first = line.points.first, let last = line.points.last else { return nil }
            let (start, end) = (Int(first.perSecond).grouped, Int(last.perSecond).grouped)
            return "\(line.series.title): \(start) at \(first.label), \(end) at \(last.label)."
        }
        return sentences.joined(separator: " ")
    }

    private func drawLegend(in drawing: inout Drawing) {
        let meanings = [
            ("weir", "Weir, decisions"), ("raw", "raw: a GET and a SET PX for each window"),
        ]
        for (place, (style, meaning)) in meanings.enumerated() {
            let y = 22 + Double(place) * 20
            drawing.line(style, through: [Drawing.Point(x: 8, y: y), Drawing.Point(x: 44, y: y)])
            drawing.dot(style, at: Drawing.Point(x: 26, y: y), hint: meaning)
            drawing.text(meaning, at: Drawing.Point(x: 54, y: y + 4))
        }
        for (place, note) in notes.enumerated() {
            drawing.text(note, at: Drawing.Point(x: 8, y: 76 + Double(place) * 18))
        }
    }

    private static let style = """
        text { font-family: system-ui, sans-serif; font-size: 11px; fill: #57606a; }
        text.title { font-size: 13px; font-weight: 600; fill: #1f2328; }
        text.heading { font-size: 18px; font-weight: 600; fill: #1f2328; }
        rect.paper { fill: #ffffff; }
        rect.panel { fill: #f6f8fa; }
        polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
        polyline.grid { stroke: #d8dee4; stroke-width: 1; }
        polyline.weir { stroke: #0969da; }
        polyline.raw { stroke: #bc4c00; stroke-dasharray: 5 4; }
        circle.weir { fill: #0969da; }
        circle.raw { fill: #bc4c00; }
        @media (prefers-color-scheme: dark) {
        text { fill: #9198a1; }
        text.title, text.heading { fill: #f0f6fc; }
        rect.paper { fill: #0d1117; }
        rect.panel { fill: #161b22; }
        polyline.grid { stroke: #30363d; }
        polyline.weir { stroke: #4493f8; }
        polyline.raw { stroke: #f0883e; }
        circle.weir { fill: #4493f8; }
        circle.raw { fill: #f0883e; }
        }
        """
}
