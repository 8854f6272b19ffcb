/// How the run went, from its start to its end.
struct CourseSection {
    let summary: RunSummary
    let course: RunCourse

    var markup: Markup {
        let content: [Markup] = summary.course.isEmpty ? ["<p>Nothing was decided.</p>"] : [figure.markup]
        return PageSection(name: "course", title: "The course of the run", content: content).markup
    }

    private var figure: PlotFigure {
        PlotFigure(caption: "\(caption)") { size in
            let rates = RatePanel(summary, course: course, size: size, height: size.hasHints ? 190 : 170)
            let unsettled = hasUnsettled ? [UnsettledPanel(summary, course: course, size: size)] : []
            let waits = WaitPanel(summary, course: course, size: size)
            let chart = TimeChart(course: course, size: size, panels: [rates] + unsettled + [waits])
            return chart.markup(named: "course", label: label)
        }
    }

    private var hasUnsettled: Bool { summary.course.contains { $0.unknownOrFailed > 0 } }

    private var caption: String {
        let unsettled = hasUnsettled ? "" : " No outcome was unknown, and nothing failed."
        return (summary.disturbances.isEmpty ? "No fault was made." : "Faults are marked in grey.") + unsettled
    }

    private var label: String {
        let totals = summary.totals
        return "Decisions per second over time: \(Figures.grouped(totals.admitted)) admitted,"
            + " \(Figures.grouped(totals.denied)) denied, \(Figures.grouped(totals.unknown)) unknown,"
            + " \(Figures.grouped(totals.failed)) failed."
    }
}
