import WeirFields

extension RateLimitReading {
    /// What was read, as the corpus says it.
    var summary: String {
        let parts = reports.map(\.summary) + (retryAfter.map { ["retry=\($0.summary)"] } ?? [])
        return parts.isEmpty ? "nothing" : parts.joined(separator: " + ")
    }

    /// Whether any number of it is below zero.
    var hasNegativeNumbers: Bool {
        reports.contains { report in
            [report.limit, report.remaining].contains { $0.map { $0 < 0 } ?? false }
                || [report.reset, report.window].contains { $0.map { $0 < .zero } ?? false }
        } || retryAfter.map { $0 < .zero } ?? false
    }
}

extension LimitReport {
    var summary: String {
        let parts = [
            name.map { "\"\($0)\"" }, limit.map { "limit=\($0)" }, remaining.map { "remaining=\($0)" },
            reset.map { "reset=\($0.summary)" }, window.map { "window=\($0.summary)" }, unit.map { "unit=\($0)" },
            partitionKey.map { key in
                "pk=" + key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            },
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}

extension Duration {
    /// Seconds, with milliseconds if there are any.
    var summary: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(seconds)" }
        var digits = String(milliseconds + 1000).dropFirst()
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(seconds).\(digits)"
    }
}
