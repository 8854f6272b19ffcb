internal import StressHistory

/// The faults that were made, and what came of each.
struct FaultSection {
    /// More are told kind by kind first.
    private static let few = 40
    private static let mostBytes = 200_000

    let summary: RunSummary
    let course: RunCourse

    var markup: Markup { PageSection(name: "faults", title: "Faults", content: content).markup }

    private var content: [Markup] {
        let faults = course.faults
        guard !faults.isEmpty else {
            return ["<p>No fault was made: the run shows Weir undisturbed.</p>"]
        }
        guard faults.count > Self.few else { return [list] }
        let title = "All \(Figures.grouped(faults.count)) faults, one by one"
        return [kinds, "<details><summary>\(title)</summary>\(list)</details>"]
    }

    private var list: Markup {
        let rows = course.faults.map { fault -> [Markup] in
            let (from, until) = (course.second(of: fault.fault.from), course.second(of: fault.fault.until))
            return [
                "\(fault.number)", what(fault.fault), "\(Figures.hundredths(from))", "\(Figures.hundredths(until))",
                effect(fault.disturbance), recovery(fault.disturbance.recovery),
            ]
        }
        let columns: [TableMarkup.Column] = [
            .number("No."), .text("What"), .number("From, s"), .number("Until, s"), .text("Effect"),
            .number("Recovered after, ms"),
        ]
        var size = 0
        let shown = rows.prefix { row in
            size += row.reduce(300) { $0 + $1.html.utf8.count }
            return size < Self.mostBytes
        }
        let rest = rows.count - shown.count
        let more = rest > 0 ? "; \(Figures.count(rest, "fault", "faults")) more are in the history" : ""
        let caption = "In the order in which they began; times are seconds since the start\(more)."
        return TableMarkup(caption: caption, columns: columns, rows: Array(shown)).markup
    }

    private var kinds: Markup {
        let rows = Fault.Kind.allCases.compactMap { kind -> [Markup]? in
            let faults = course.faults.filter { $0.fault.kind == kind }
            guard !faults.isEmpty else { return nil }
            let length = faults.reduce(0.0) {
                $0 + course.second(of: $1.fault.until) - course.second(of: $1.fault.from)
            }
            return [
                "\(kind.rawValue)", "\(kind.meaning)", "\(faults.count)", "\(Figures.hundredths(length))",
                recovery(faults.compactMap(\.disturbance.recovery).max()),
            ]
        }
        return TableMarkup(
            caption: "Kind by kind.",
            columns: [
                .text("Fault"), .text("What"), .number("Times"), .number("Together, s"),
                .number("Longest recovery, ms"),
            ],
            rows: rows
        ).markup
    }

    private func what(_ fault: Fault) -> Markup {
        let process = fault.process.map { " (process \($0))" } ?? ""
        let slots = fault.slots.map { "; slots \($0)" } ?? ""
        let meaning = Markup.excerpt(fault.kind.meaning + slots, of: 300)
        return "<b>\(fault.kind.rawValue)</b>\(process)<br><span class=\"quiet\">\(meaning)</span>"
    }

    /// The effect and, of a failover, how long there was no service.
    private func effect(_ disturbance: RunSummary.Disturbance) -> Markup {
        let effect = Markup.excerpt(disturbance.effect, of: 300)
        guard let service = disturbance.service else { return "\(effect)" }
        let decision = service.firstDecision.map { "first decision \(Figures.wait($0)) later" } ?? "then no decision"
        let error = service.lastError.map { "last error \(Figures.wait($0)) after the promotion" } ?? "no error"
        let words = "Promotion after \(Figures.wait(service.promotion)), \(decision), \(error)."
        return "\(effect)<br><span class=\"quiet\">\(words)</span>"
    }

    private func recovery(_ microseconds: Int?) -> Markup {
        guard let microseconds else { return "not known" }
        return "\(Figures.hundredths(Double(microseconds) / 1000))"
    }
}
