internal import StressHistory

extension Checker {
    private static let mostKept = 100
    private static let leastKept = 5

    /// Counts a violation and keeps it if it is one of the first.
    mutating func report(
        _ invariant: Invariant,
        of window: Int? = nil,
        _ message: String,
        _ evidence: [Attempt]
    ) {
        let count = findings.counts[invariant, default: 0] + 1
        findings.counts[invariant] = count
        guard findings.violations.count < Self.mostKept || count <= Self.leastKept else { return }
        let subject = window.map { "window \($0), \(name(of: $0)): " } ?? ""
        let violation = Violation(invariant, window: window, message: subject + message, evidence: evidence)
        findings.violations.append(violation)
    }

    /// The rule and the subject of a window, fit for a line of text.
    private func name(of window: Int) -> String {
        let name = names[window]
        return [name.rule, name.subject].map { text in
            let plain = text.unicodeScalars.prefix(80).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
            return plain.joined()
        }
        .joined(separator: " of ")
    }
}
