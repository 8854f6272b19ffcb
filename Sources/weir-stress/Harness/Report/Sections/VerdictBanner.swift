/// What the run has shown, in one sentence, and its figures.
struct VerdictBanner {
    let summary: RunSummary

    /// The verdict.
    ///
    /// `No invariant was broken in 5,123,456 decisions by 4 processes.`
    var sentence: String {
        let violations = summary.violationCount
        let decisions = Figures.count(summary.totals.decisions, "decision", "decisions")
        let processes = Figures.count(summary.setting.processes, "process", "processes")
        if violations > 0 {
            let broken = summary.verdicts.filter { $0.violations > 0 }
            let names = broken.map { "\($0.name) \($0.title) (\(Figures.grouped($0.violations)))" }
            let list = names.isEmpty ? "" : ": \(names.joined(separator: ", "))"
            return "\(Figures.count(violations, "violation", "violations"))\(list), in \(decisions) by \(processes)."
        }
        // Nothing can be broken by nobody.
        guard summary.totals.decisions > 0, !summary.verdicts.isEmpty else {
            return
                "Nothing was proved: \(decisions), \(Figures.count(summary.verdicts.count, "invariant", "invariants"))."
        }
        return "No invariant was broken in \(decisions) by \(processes)."
    }

    var markup: Markup {
        let isProved = summary.totals.decisions > 0 && !summary.verdicts.isEmpty
        let isGood = summary.violationCount == 0 && isProved
        return """
            <header>
            <div class="head"><h1>Weir stress run</h1>
            <p class="quiet">\(Figures.time(summary.setting.start)), \(Figures.seconds(summary.setting.seconds)) s</p></div>
            <p class="verdict \(isGood ? "good" : "bad")"><span class="mark" aria-hidden="true">\(isGood ? "✓" : "✗")</span>
            <span class="words">\(sentence)</span></p>
            \(Markup.pairs("tiles", tiles))
            </header>
            """
    }

    private var tiles: [(term: String, value: Markup)] {
        let totals = summary.totals
        return [
            ("decisions", "\(totals.decisions)"),
            ("decisions per second", "\(Figures.rounded(totals.decisionsPerSecond))"),
            ("admitted", "\(Figures.share(totals.admitted, of: totals.decisions))"),
            ("denied", "\(Figures.share(totals.denied, of: totals.decisions))"),
            ("unknown", "\(totals.unknown)"),
            ("failed", "\(totals.failed)"),
            ("p99 of the wait", "\(Figures.wait(summary.latency.p99))"),
            ("longest wait", "\(totals.longestWait.map(Figures.wait) ?? "none")"),
            ("faults", "\(summary.disturbances.count)"),
            ("violations", "\(summary.violationCount)"),
        ]
    }
}
