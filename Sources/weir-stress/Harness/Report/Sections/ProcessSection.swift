/// What each process did.
struct ProcessSection {
    /// More have no room on a page.
    private static let most = 100

    let summary: RunSummary

    var markup: Markup {
        let processes = Array(summary.processes.prefix(Self.most))
        let rest = summary.processes.count - processes.count
        let more: Markup = rest > 0 ? "<p>\(Figures.count(rest, "process is", "processes are")) not shown.</p>" : ""
        let figure = PlotFigure(caption: "") { SharePlot(processes: processes).markup(size: $0) }
        let content =
            processes.isEmpty ? ["<p>No process ran.</p>" as Markup] : [figure.markup, table(processes), more]
        return PageSection(name: "processes", title: "Processes", content: content).markup
    }

    private func table(_ processes: [RunSummary.ProcessShare]) -> Markup {
        let columns: [TableMarkup.Column] = [
            .text("Process"), .number("Decisions"), .number("Share"), .number("Admitted"), .number("Denied"),
            .number("Unknown"), .number("p50, µs"), .number("p99, µs"), .number("Max, µs"), .number("Killed, replaced"),
        ]
        let whole = processes.reduce(0) { $0 + $1.decisions }
        return TableMarkup(
            caption: "A process that was killed is replaced by one with a number of its own.",
            columns: columns,
            rows: processes.map { process in
                let share = Figures.share(process.decisions, of: whole)
                let kills = process.kills == 0 ? "never" : Figures.count(process.kills, "time", "times")
                return [
                    "\(process.number)", "\(process.decisions)", "\(share)", "\(process.admitted)",
                    "\(process.denied)", "\(process.unknown)", "\(process.median)", "\(process.p99)",
                    "\(process.longest)", "\(kills)",
                ]
            }
        ).markup
    }
}
