internal import Console
internal import StressChecker
internal import StressHistory

/// Checks a history that somebody has kept: read twice, for all of it has to be in order before any of it is checked.
package struct HistoryCheck: Sendable {
    private let path: String

    package init(path: String) { self.path = path }

    /// Prints what is found, and returns whether no invariant is broken.
    package func run() async throws -> Bool {
        let began = ContinuousClock.now
        var reader = try HistoryReader(path: path)
        var sorted = try SortedAttempts()
        while let attempt = try reader.next() { try sorted.add(attempt) }
        if !reader.isSealed {
            print("\(path) has no sums: whether lines are missing or were changed cannot be told")
        }
        var checker = FailoverChecker(names: reader.names, faults: reader.faults)
        var merged = try sorted.merged()
        while let attempt = try merged.next() { checker.check(attempt) }
        let findings = checker.finish()
        print("checked in \(Table.number((ContinuousClock.now - began) / .seconds(1), "%.1f")) s")
        for line in findings.lines { print(line) }
        if !findings.hasDecisions { print("broken: Redis decided nothing, so nothing is proved") }
        let isClean = findings.isClean && findings.hasDecisions
        print(Findings.verdict(isClean, Terminal()))
        return isClean
    }
}
