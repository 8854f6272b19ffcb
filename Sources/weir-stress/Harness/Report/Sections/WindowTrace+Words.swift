extension RunSummary.WindowTrace {
    /// Its rule and its subject, as far as there is room for them.
    var name: String { "\(Markup.excerpt(rule, of: 60)) · \(Markup.excerpt(subject, of: 80))" }

    /// What its plot shows, in words.
    var sentence: String {
        guard let fullest = samples.max(by: { $0.most < $1.most }) else { return "It was not used." }
        let most = "At most \(Figures.count(fullest.most, "unit", "units")) in any \(Figures.period(period))"
        return [most + limits + ".", breach, lowered].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private var limits: String {
        let known = Set(samples.map(\.limit))
        guard known != [nil] else { return "; it only counts" }
        let values = known.compactMap(\.self).sorted()
        guard let least = values.first, let most = values.last else { return "" }
        if known.count == 1 { return "; the limit was \(Figures.grouped(most))" }
        let changes = zip(samples, samples.dropFirst()).count { $0.limit != $1.limit }
        let span = least == most ? Figures.grouped(most) : "from \(Figures.grouped(least)) to \(Figures.grouped(most))"
        return "; the limit was \(span) and changed \(changes == 1 ? "once" : "\(Figures.grouped(changes)) times")"
    }

    private var breach: String {
        let most = samples.map(\.overshoot).max() ?? 0
        return most > 0 ? "✗ An admission went over the limit, by \(Figures.count(most, "unit", "units"))." : ""
    }

    /// Why the window is above its line without having broken it.
    private var lowered: String {
        guard !samples.contains(where: { $0.overshoot > 0 }) else { return "" }
        let isAbove = samples.contains { $0.most > $0.limit ?? .max }
        return isAbove ? "What is above the line was admitted before the limit was lowered." : ""
    }
}
