/// One plot of a chart over time.
protocol TimePanel {
    /// What goes upwards, and its unit.
    var title: String { get }
    var legend: [TimeChart.Meaning] { get }
    var height: Double { get }
    var upwards: PlotAxis { get }

    /// Draws what was measured.
    func draw(in drawing: inout Drawing, _ frame: PlotFrame)

    /// Draws what must be seen above the faults.
    func drawAbove(in drawing: inout Drawing, _ frame: PlotFrame)

    /// What each part says when it is pointed at.
    var hints: [TimeChart.Hint] { get }
}
