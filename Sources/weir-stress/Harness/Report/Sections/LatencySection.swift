/// How long callers waited, as a plot and in figures.
struct LatencySection {
    let summary: RunSummary

    var markup: Markup {
        let figure = PlotFigure(caption: "Over all processes, from the question to its answer.") { size in
            LatencyPlot(latency: summary.latency, deadline: summary.totals.deadline).markup(size: size)
        }
        let table = TableMarkup(
            caption: "How long callers waited at the most.",
            style: "compact",
            columns: [.text("Of the callers"), .number("No longer than, µs")],
            rows: summary.latency.rows.map { ["\($0.share)", "\($0.wait)"] }
        )
        let content =
            summary.totals.decisions > 0 ? [figure.markup, table.markup] : ["<p>Nobody waited.</p>" as Markup]
        return PageSection(name: "latency", title: "Waits", content: content).markup
    }
}
