/// Where the values of a plot lie on the drawing.
struct PlotFrame {
    let area: Drawing.Area
    let across: PlotAxis
    let upwards: PlotAxis

    var left: Double { area.x }
    var right: Double { area.x + area.width }
    var top: Double { area.y }
    var bottom: Double { area.y + area.height }

    func x(_ value: Double) -> Double { area.x + across.place(of: value) * area.width }

    func y(_ value: Double) -> Double { bottom - upwards.place(of: value) * area.height }

    func point(_ across: Double, _ upwards: Double) -> Drawing.Point {
        Drawing.Point(x: x(across), y: y(upwards))
    }

    /// What lies between two values of each axis, and is at least so wide that it can be seen.
    func area(from start: Double, until end: Double, above low: Double, to high: Double, least: Double) -> Drawing.Area
    {
        let (begin, width) = (x(start), max(x(end) - x(start), least))
        return Drawing.Area(x: min(begin, right - least), y: y(high), width: width, height: max(y(low) - y(high), 0))
    }

    /// The ground with lines at the marks upwards, whose labels stand on the left.
    func drawGround(in drawing: inout Drawing) {
        drawing.rectangle("panel", area)
        for mark in upwards.marks {
            let y = y(mark.value)
            drawing.line("grid", from: Drawing.Point(x: left, y: y), to: Drawing.Point(x: right, y: y))
            drawing.text(mark.label, at: Drawing.Point(x: left - 8, y: y + 4), anchor: .end)
        }
    }

    /// The marks across, below the ground, and what they count.
    func drawFoot(_ unit: String, in drawing: inout Drawing) {
        for mark in across.marks {
            let x = x(mark.value)
            drawing.line("grid", from: Drawing.Point(x: x, y: bottom), to: Drawing.Point(x: x, y: bottom + 5))
            drawing.text(mark.label, at: Drawing.Point(x: x, y: bottom + 18), anchor: .middle)
        }
        drawing.text(unit, at: Drawing.Point(x: (left + right) / 2, y: bottom + 35), anchor: .middle)
    }
}
