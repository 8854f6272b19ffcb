import Console

/// One series as a picture: what Weir manages, and what raw commands do.
struct ScalePanel {
    static let width = 300.0
    static let height = 240.0

    let line: ScaleLine

    private static let left = 52.0
    private static let right = 16.0
    private static let top = 38.0
    private static let bottom = 50.0
    /// Room beside the first and the last stop, so that their labels do not leave the panel.
    private static let inset = 18.0

    func draw(in drawing: inout Drawing) {
        let across = ScaleAxis.across(line)
        let upwards = ScaleAxis.upwards(line.points.flatMap { [$0.perSecond, $0.rawPairsPerSecond] })
        drawing.rectangle("panel", width: Self.width, height: Self.height, radius: 8)
        drawing.text(line.series.title, at: Drawing.Point(x: 14, y: 23), style: "title")
        let unit = upwards.isLogarithmic ? "a second, log scale" : "a second"
        drawing.text(unit, at: Drawing.Point(x: Self.width - Self.right, y: 23), anchor: "end")
        draw(upwards, and: across, in: &drawing)
        drawing.line("raw", through: line.points.map { point($0, $0.rawPairsPerSecond, across, upwards) })
        drawing.line("weir", through: line.points.map { point($0, $0.perSecond, across, upwards) })
        for stop in line.points {
            let (weir, raw) = (Int(stop.perSecond).grouped, Int(stop.rawPairsPerSecond).grouped)
            let place = "\(line.series.name) \(stop.label)"
            drawing.dot(
                "raw",
                at: point(stop, stop.rawPairsPerSecond, across, upwards),
                hint: "\(place): raw \(raw) a second"
            )
            drawing.dot(
                "weir",
                at: point(stop, stop.perSecond, across, upwards),
                hint: "\(place): \(weir) decisions a second, \(Table.number(stop.ratioToRawPairs, "%.2f")) of raw"
            )
        }
    }

    private func draw(_ upwards: ScaleAxis, and across: ScaleAxis, in drawing: inout Drawing) {
        for mark in upwards.marks {
            let y = Self.y(mark.value, upwards)
            let ends = [Drawing.Point(x: Self.left, y: y), Drawing.Point(x: Self.width - Self.right, y: y)]
            drawing.line("grid", through: ends)
            drawing.text(mark.label, at: Drawing.Point(x: Self.left - 7, y: y + 4), anchor: "end")
        }
        for mark in across.marks {
            let place = Drawing.Point(x: Self.x(mark.value, across), y: Self.height - Self.bottom + 18)
            drawing.text(mark.label, at: place, anchor: "middle")
        }
        let middle = (Self.left + Self.width - Self.right) / 2
        drawing.text(line.series.unit, at: Drawing.Point(x: middle, y: Self.height - 12), anchor: "middle")
    }

    private func point(
        _ stop: ScalePoint,
        _ value: Double,
        _ across: ScaleAxis,
        _ upwards: ScaleAxis
    ) -> Drawing.Point {
        Drawing.Point(x: Self.x(Double(stop.at), across), y: Self.y(value, upwards))
    }

    private static func x(_ value: Double, _ axis: ScaleAxis) -> Double {
        left + inset + axis.place(of: value) * (width - left - right - 2 * inset)
    }

    private static func y(_ value: Double, _ axis: ScaleAxis) -> Double {
        height - bottom - axis.place(of: value) * (height - top - bottom)
    }
}
