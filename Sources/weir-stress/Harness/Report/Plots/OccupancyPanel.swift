/// How full a window was over time, against the line that it must not cross.
struct OccupancyPanel: TimePanel {
    let trace: RunSummary.WindowTrace
    let height: Double
    private let levels: [OccupancyLevel]
    private let coarse: [OccupancyLevel]

    init(_ trace: RunSummary.WindowTrace, course: RunCourse, size: PlotSize, height: Double) {
        self.trace = trace
        self.height = height
        let slots = TimeSlots(of: course, bucket: trace.bucket, most: size.mostPoints)
        levels = OccupancyLevel.all(of: trace, in: slots)
        coarse = OccupancyLevel.all(
            of: trace,
            in: TimeSlots(of: course, bucket: trace.bucket, most: TimeChart.mostHints)
        )
    }

    var title: String { "units in any \(Figures.period(trace.period))" }

    var legend: [TimeChart.Meaning] {
        let over = worst.map { _ in TimeChart.Meaning(style: "over", text: "over the limit") }
        return [TimeChart.Meaning(style: "occupancy", text: "most units")] + [over].compactMap(\.self)
    }

    var upwards: PlotAxis {
        let most = levels.map { max($0.units, $0.limit ?? 0) }.max() ?? 1
        // What is said about an overshoot needs a line of its own above the limit's.
        return .counts(upTo: Double(most), room: worst == nil ? 0.14 : 0.26)
    }

    func draw(in drawing: inout Drawing, _ frame: PlotFrame) {
        let steps = levels.map { StepPath.Step(from: $0.from, until: $0.until, value: Double($0.units)) }
        drawing.path("occupancy", StepPath(steps: steps).area(in: frame))
        drawing.path("crest", StepPath(steps: steps).line(in: frame))
    }

    func drawAbove(in drawing: inout Drawing, _ frame: PlotFrame) {
        for level in levels where level.overshoot > 0 {
            let (units, limit) = (Double(level.units), Double(level.units - level.overshoot))
            let area = frame.area(from: level.from, until: level.until, above: limit, to: units, least: 3)
            drawing.rectangle("over", area)
        }
        drawLimit(in: &drawing, frame)
        drawCrosses(in: &drawing, frame)
    }

    var hints: [TimeChart.Hint] {
        coarse.map { level in
            let limit = level.limit.map { " of \(Figures.grouped($0))" } ?? ""
            let over = level.overshoot > 0 ? ", \(Figures.grouped(level.overshoot)) over the limit" : ""
            let text = "at most \(Figures.grouped(level.units))\(limit) units\(over)"
            return TimeChart.Hint(from: level.from, until: level.until, text: text)
        }
    }

    /// The level that broke its limit most.
    private var worst: OccupancyLevel? {
        levels.filter { $0.overshoot > 0 }.max { $0.overshoot < $1.overshoot }
    }

    private func drawLimit(in drawing: inout Drawing, _ frame: PlotFrame) {
        let steps = levels.map { StepPath.Step(from: $0.from, until: $0.until, value: $0.limit.map(Double.init)) }
        drawing.path("limit", StepPath(steps: steps).line(in: frame))
        var place = levels.startIndex
        while place < levels.endIndex {
            let end = levels[place...].firstIndex { $0.limit != levels[place].limit } ?? levels.endIndex
            defer { place = end }
            guard let limit = levels[place].limit else { continue }
            let text = "limit \(Figures.grouped(limit))"
            let (left, right) = (frame.x(levels[place].from), frame.x(levels[end - 1].until))
            // Where there is no room, the height of the line must do.
            guard Drawing.width(of: text) + 12 <= right - left else { continue }
            let point = Drawing.Point(x: left + 7, y: frame.y(Double(limit)) - 7)
            drawing.text(text, at: point, style: "strong halo")
        }
    }

    private func drawCrosses(in drawing: inout Drawing, _ frame: PlotFrame) {
        var end = -Double.infinity
        for level in levels where level.overshoot > 0 {
            let (x, y) = (frame.x((level.from + level.until) / 2), frame.y(Double(level.units)) - 9)
            // One for all that are as near as this.
            guard x - end > 14 else { continue }
            end = x
            let (left, right) = (Drawing.digits(x - 4), Drawing.digits(x + 4))
            let (high, low) = (Drawing.digits(y - 4), Drawing.digits(y + 4))
            drawing.path("cross", "M\(left) \(high)L\(right) \(low)M\(left) \(low)L\(right) \(high)")
        }
        guard let worst else { return }
        let isLate = frame.across.place(of: worst.from) > 0.5
        let text = "\(Figures.grouped(worst.overshoot)) over at \(Figures.seconds(worst.from)) s"
        let point = Drawing.Point(x: frame.x(worst.from) + (isLate ? -10 : 12), y: frame.top + 15)
        drawing.text(text, at: point, style: "alarm halo", anchor: isLate ? .end : .start)
    }
}
