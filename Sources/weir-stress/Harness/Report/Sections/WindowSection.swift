/// The busiest windows, each against its limit.
struct WindowSection {
    static let most = 6

    let summary: RunSummary
    let course: RunCourse

    var markup: Markup {
        let windows = summary.windows.prefix(Self.most).enumerated().map(part)
        let content = windows.isEmpty ? ["<p>No window was used.</p>" as Markup] : [introduction] + windows
        return PageSection(name: "windows", title: "The busiest windows", content: content).markup
    }

    private var introduction: Markup {
        let bands =
            summary.disturbances.isEmpty ? "" : " Faults are marked in grey; the table below tells more."
        return """
            <p>How full each window was, counted from the recorded decisions: the most units in any trailing period,
            against the bold line of the limit.\(bands)</p>
            """
    }

    private func part(_ place: Int, _ trace: RunSummary.WindowTrace) -> Markup {
        let figure = PlotFigure(caption: "\(trace.sentence)") { size in
            let height = size.hasHints ? 190.0 : 170
            let panel = OccupancyPanel(trace, course: course, size: size, height: height)
            let chart = TimeChart(course: course, size: size, panels: [panel])
            let label = "Units of \(trace.name) over time against its limit. \(trace.sentence)"
            return chart.markup(named: "window-\(place)", label: label)
        }
        return "<h3>\(trace.name)</h3>\n\(figure.markup)"
    }
}
