/// How long callers waited over time, on a scale of powers of ten, against the deadline.
struct WaitPanel: TimePanel {
    let height = 96.0
    private let levels: [RateLevel]
    private let coarse: [RateLevel]
    private let deadline: Int

    init(_ summary: RunSummary, course: RunCourse, size: PlotSize) {
        levels = RateLevel.all(of: summary, in: TimeSlots(of: course, bucket: summary.bucket, most: size.mostPoints))
        coarse = RateLevel.all(
            of: summary,
            in: TimeSlots(of: course, bucket: summary.bucket, most: TimeChart.mostHints)
        )
        deadline = summary.totals.deadline
    }

    let title = "p99 of the wait, log scale"

    let legend: [TimeChart.Meaning] = []

    var upwards: PlotAxis { .waits(levels.compactMap(\.p99) + [deadline], marks: 5) }

    func draw(in drawing: inout Drawing, _ frame: PlotFrame) {
        let steps = levels.map { StepPath.Step(from: $0.from, until: $0.until, value: $0.p99.map(Double.init)) }
        drawing.path("wait", StepPath(steps: steps).line(in: frame))
    }

    func drawAbove(in drawing: inout Drawing, _ frame: PlotFrame) {
        let y = frame.y(Double(deadline))
        drawing.line("deadline", from: Drawing.Point(x: frame.left, y: y), to: Drawing.Point(x: frame.right, y: y))
        // Below the line if it has no room above.
        let place = Drawing.Point(x: frame.left + 7, y: y - frame.top < 20 ? y + 15 : y - 6)
        drawing.text("deadline \(Figures.wait(deadline))", at: place, style: "strong halo")
    }

    var hints: [TimeChart.Hint] {
        coarse.compactMap { level in
            level.p99.map { TimeChart.Hint(from: level.from, until: level.until, text: "p99 \(Figures.wait($0))") }
        }
    }
}
