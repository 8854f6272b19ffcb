internal import Console
internal import StressChecker

extension Findings {
    /// What was found, for whoever reads it in a terminal: each invariant, then the first violations.
    var lines: [String] {
        var lines = ["\(attempts.grouped) attempts over \(windows.grouped) windows: " + outcomes]
        for invariant in Invariant.allCases {
            let count = counts[invariant] ?? 0
            let verdict = count == 0 ? "holds" : "BROKEN \(count.grouped) times"
            lines.append("  \(invariant.code)  \(invariant.title): \(verdict)")
        }
        for (place, loss) in losses.enumerated() { lines.append("  failover \(place + 1): \(loss.text)") }
        for violation in violations.prefix(20) { lines += violation.lines }
        if violations.count > 20 { lines.append("and \((violationCount - 20).grouped) more") }
        return lines
    }

    /// Whether anything was decided by Redis: a history of nothing proves nothing.
    var hasDecisions: Bool { allowed + denied > deniedFromMemory + decidedByPolicy }

    /// The last line.
    static func verdict(_ isClean: Bool, _ terminal: Terminal) -> String {
        terminal.paint(isClean ? "No invariant was broken." : "BROKEN: see above.", .bold)
    }

    private var outcomes: String {
        var text = "\(allowed.grouped) admitted, \(denied.grouped) denied"
        if deniedFromMemory > 0 { text += " (\(deniedFromMemory.grouped) from memory)" }
        if decidedByPolicy > 0 { text += ", \(decidedByPolicy.grouped) of them by policy" }
        text += ", \(unknown.grouped) unknown, \(failed.grouped) failed"
        guard unknown > 0 else { return text }
        return text + "; of the unknown \(unknownCounted.grouped) had counted, \(unknownNotCounted.grouped) had not, "
            + "\(unknownUndecided.grouped) are open"
    }
}
