/// Unknown outcomes and failures over time: few among many, so they have a scale of their own.
struct UnsettledPanel: TimePanel {
    let height = 64.0
    private let levels: [RateLevel]
    private let length: Double

    init(_ summary: RunSummary, course: RunCourse, size: PlotSize) {
        let slots = TimeSlots(of: course, bucket: summary.bucket, most: min(size.mostPoints, TimeChart.mostHints))
        levels = RateLevel.all(of: summary, in: slots)
        length = slots.length
    }

    var title: String { "unknown or failed, in each \(Figures.period(Int((length * 1_000_000).rounded())))" }

    let legend: [TimeChart.Meaning] = []

    var upwards: PlotAxis { .counts(upTo: Double(levels.map(\.unsettled).max() ?? 1), marks: 2) }

    func draw(in drawing: inout Drawing, _ frame: PlotFrame) {
        for level in levels where level.unsettled > 0 {
            let count = Double(level.unsettled)
            let area = frame.area(from: level.from, until: level.until, above: 0, to: count, least: 2)
            drawing.rectangle("unsettled", area)
        }
    }

    func drawAbove(in drawing: inout Drawing, _ frame: PlotFrame) {}

    var hints: [TimeChart.Hint] {
        levels.filter { $0.unsettled > 0 }.map {
            TimeChart.Hint(from: $0.from, until: $0.until, text: "\(Figures.grouped($0.unsettled)) unknown or failed")
        }
    }
}
