internal import StressChecker

/// What the checker found, invariant by invariant.
struct VerdictSection {
    private static let mostBytes = 150_000

    let summary: RunSummary

    var markup: Markup {
        let parts = [
            PageSection(name: "invariants", title: "Invariants", content: [table, unknowns, losses]).markup, violations,
        ]
        return parts.joined
    }

    private var table: Markup {
        guard !summary.verdicts.isEmpty else { return "<p>No invariant was checked.</p>" }
        let rows = summary.verdicts.map { verdict -> [Markup] in
            let meaning: Markup =
                verdict.meaning.isEmpty
                ? "" : "<br><span class=\"quiet\">\(Markup.excerpt(verdict.meaning, of: 300))</span>"
            let result: Markup =
                verdict.violations == 0
                ? "<b class=\"good\">✓ held</b>" : "<b class=\"bad\">✗ broken \(times(verdict.violations))</b>"
            let (name, title) = (Markup.excerpt(verdict.name, of: 60), Markup.excerpt(verdict.title, of: 200))
            return ["\(name)", "\(title)\(meaning)", result]
        }
        return TableMarkup(
            caption: "Every recorded decision was replayed against these.",
            columns: [.text("Invariant"), .text("What must hold"), .number("Result")],
            rows: rows
        ).markup
    }

    private var unknowns: Markup {
        let unknowns = summary.unknowns
        let all = unknowns.counted + unknowns.didNotCount + unknowns.undecided
        guard all > 0 else { return "<p>No attempt had an unknown outcome.</p>" }
        let attempts = Figures.count(all, "attempt", "attempts")
        return """
            <p>Of \(attempts) with an unknown outcome, \(unknowns.counted) were found to have counted and \
            \(unknowns.didNotCount) not to have counted; of \(unknowns.undecided) nothing recorded tells.</p>
            """
    }

    private var losses: Markup {
        guard !summary.losses.isEmpty else { return "" }
        let rows = summary.losses.enumerated().map { place, loss -> [Markup] in
            ["\(place + 1)", "\(loss.text)", "\(loss.largestOvershoot)"]
        }
        return TableMarkup(
            caption: "What each failover lost of what had been acknowledged.",
            columns: [.number("Failover"), .text("Lost"), .number("Largest overshoot for that")],
            rows: rows
        ).markup
    }

    private var violations: Markup {
        guard summary.violationCount > 0 else { return "" }
        let shown = summary.violations.map { "<li><code>\($0)</code></li>" as Markup }.prefix(bytes: Self.mostBytes)
        let rest = summary.violationCount - shown.count
        let more: Markup =
            rest > 0 ? "<p>\(Figures.count(rest, "violation", "violations")) more: check the history for them.</p>" : ""
        let list: Markup = "<ol class=\"lines\">\(shown.joined)</ol>"
        return PageSection(name: "violations", title: "Violations", content: [list, more]).markup
    }

    private func times(_ number: Int) -> String { number == 1 ? "once" : "\(Figures.grouped(number)) times" }
}
