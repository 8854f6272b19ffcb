/// Decisions per second over time: what was admitted, denied and neither, one upon the other.
struct RatePanel: TimePanel {
    let height: Double
    private let levels: [RateLevel]
    private let coarse: [RateLevel]

    init(_ summary: RunSummary, course: RunCourse, size: PlotSize, height: Double) {
        self.height = height
        levels = RateLevel.all(of: summary, in: TimeSlots(of: course, bucket: summary.bucket, most: size.mostPoints))
        coarse = RateLevel.all(
            of: summary,
            in: TimeSlots(of: course, bucket: summary.bucket, most: TimeChart.mostHints)
        )
    }

    let title = "decisions per second"

    let legend = [
        TimeChart.Meaning(style: "admitted", text: "admitted"),
        TimeChart.Meaning(style: "denied", text: "denied"),
        TimeChart.Meaning(style: "unsettled", text: "unknown or failed"),
    ]

    var upwards: PlotAxis { .counts(upTo: levels.compactMap(\.heights.last).max() ?? 1) }

    func draw(in drawing: inout Drawing, _ frame: PlotFrame) {
        // The highest first: each covers what belongs to those below it.
        for (place, style) in ["admitted", "denied", "unsettled"].enumerated().reversed() {
            let steps = levels.map { StepPath.Step(from: $0.from, until: $0.until, value: $0.heights[place]) }
            drawing.path(style, StepPath(steps: steps).area(in: frame))
        }
    }

    func drawAbove(in drawing: inout Drawing, _ frame: PlotFrame) {}

    var hints: [TimeChart.Hint] {
        coarse.map { level in
            let rates = [level.admitted, level.denied, level.unsettled].map { Double($0) / level.seconds }
            let words = zip(rates, legend).map { "\(Figures.rounded($0)) \($1.text)" }.joined(separator: ", ")
            return TimeChart.Hint(from: level.from, until: level.until, text: "\(words) a second")
        }
    }
}
