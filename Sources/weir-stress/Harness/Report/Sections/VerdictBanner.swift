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
        guard isProof else {
            let invariants = Figures.count(summary.verdicts.count, "invariant", "invariants")
            return "Nothing was proved: \(decisions), \(invariants)."
        }
        return "No invariant was broken in \(decisions) by \(processes)."
    }

    var markup: Markup {
        let isGood = summary.violationCount == 0 && isProof
        let (style, mark) = isGood ? ("good", "✓") : ("bad", "✗")
        let length = "\(Figures.seconds(summary.setting.seconds)) s"
        return """
            <header>
            <div class="head"><h1>Weir stress run</h1>
            <p class="quiet">\(Figures.time(summary.setting.start)), \(length)</p></div>
            <p class="verdict \(style)"><span class="mark" aria-hidden="true">\(mark)</span>
            <span class="words">\(sentence)</span></p>
            \(Markup.pairs("tiles", tiles))
            </header>
            """
    }

    /// Whether the absence of violations means anything: what was never tried was not broken either.
    private var isProof: Bool { summary.totals.decisions > 0 && !summary.verdicts.isEmpty }

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
