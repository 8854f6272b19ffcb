/// What was run, fact by fact.
struct SettingSection {
    let summary: RunSummary

    var markup: Markup { PageSection(name: "run", title: "What ran", content: [.pairs("facts", facts)]).markup }

    private var facts: [(term: String, value: Markup)] {
        let setting = summary.setting
        let tasks = Figures.count(setting.tasks, "task", "tasks")
        let pace = setting.pace.map { "\(Figures.grouped($0)) decisions per second" } ?? "as fast as possible"
        return [
            ("Load", "\(Figures.count(setting.processes, "process", "processes")) with \(tasks) each, \(pace)"),
            ("Length", "\(Figures.seconds(setting.seconds)) s from \(Figures.time(setting.start))"),
            ("Redis", "\(text(setting.place)), version \(text(setting.redisVersion))"),
            ("Machine", "\(text(setting.machine))"),
            ("Waits", waits),
            ("Connections", connections),
            ("Recording", recording),
            ("Seed", "<code>\(String(setting.seed))</code>"),
            ("Command", "<code>\(text(setting.command))</code>"),
        ]
    }

    private var waits: Markup {
        let deadline = Figures.wait(summary.totals.deadline)
        guard let longest = summary.totals.longestWait else { return "the deadline was \(deadline); nobody waited" }
        return "the longest took \(Figures.wait(longest)); the deadline was \(deadline)"
    }

    private var connections: Markup {
        guard let attempts = summary.totals.connectionAttempts else { return "Redis could always be reached" }
        return "at most \(Figures.count(attempts, "attempt", "attempts")) per process in 5 s while Redis was away"
    }

    private var recording: Markup {
        guard let cost = summary.totals.recordingCost else { return "its cost was not measured" }
        return "costs \(Figures.rounded(cost)) ns per decision"
    }

    private func text(_ text: String) -> String { Markup.excerpt(Markup.withoutSecrets(text), of: 1000) }
}
