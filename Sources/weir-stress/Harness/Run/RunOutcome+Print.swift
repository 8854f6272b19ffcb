internal import Console
internal import StressChecker
internal import StressHistory

extension RunOutcome {
    /// What came of the run, for whoever started it.
    func printAll() {
        let terminal = Terminal()
        printProcesses(terminal)
        printTotals(terminal)
        if !faults.isEmpty { printFaults(terminal) }
        for line in resources?.lines ?? [] { print("  \(line)") }
        printVerdict(terminal)
    }

    private func printProcesses(_ terminal: Terminal) {
        var rows = [["process", "decisions", "admitted", "denied", "unknown", "p50 ms", "p99 ms", "max ms"]]
        for (worker, share) in zip(crew.all, tally.shares) {
            let counts = [share.decisions, share.admitted, share.denied, share.unknown].map(\.grouped)
            let times = [share.latencies.percentile(50), share.latencies.percentile(99), share.latencies.longest]
            let name = worker.killed == nil ? "\(worker.number)" : "\(worker.number), killed"
            rows.append([name] + counts + times.map(Self.milliseconds))
        }
        printTable(rows, terminal)
    }

    /// A table whose first row is its heading.
    private func printTable(_ rows: [[String]], _ terminal: Terminal) {
        for (number, line) in Table(rows: rows).lines.enumerated() {
            print(number == 0 ? terminal.paint(line, .bold) : line)
        }
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        Table.number(Double(microseconds) / 1000, "%.1f")
    }

    private func printTotals(_ terminal: Terminal) {
        let latency = tally.latencies.summary
        let perSecond = Int(Double(findings.attempts) / options.seconds).grouped
        print(
            "\(findings.attempts.grouped) decisions in \(Table.number(options.seconds, "%g")) s, \(perSecond) a second"
        )
        for (error, count) in tally.errors.sorted(by: { $0.key < $1.key }) { print("  \(error): \(count.grouped)") }
        print("longest wait \(Self.milliseconds(latency.longest)) ms, with a deadline of \(plan.deadline) ms")
        if let connectionAttempts {
            let seconds = Self.connectionStretch / 1_000_000
            print("while Redis was away: at most \(connectionAttempts) connection attempts per process in \(seconds) s")
        }
        if let cost = recordingCost {
            let share = cost * Double(findings.attempts) / (options.seconds * 1_000_000_000) * 100
            print("recording a decision took \(Int(cost)) ns, \(Table.number(share, "%.1f")) % of one core")
        }
    }

    private func printFaults(_ terminal: Terminal) {
        var rows = [["fault", "from s", "for ms", "last error after ms"]]
        for (fault, recovery, _) in tally.recoveries.all {
            rows.append([
                fault.kind.rawValue,
                Table.number(Double(fault.from - plan.start) / 1_000_000, "%.1f"),
                Self.milliseconds(fault.until - fault.from),
                Self.milliseconds(recovery),
            ])
        }
        printTable(rows, terminal)
        printServices(terminal)
    }

    /// How failovers looked to callers.
    private func printServices(_ terminal: Terminal) {
        let services = tally.recoveries.all.compactMap { fault, _, service in service.map { (fault, $0) } }
        guard !services.isEmpty else { return }
        var rows = [["failover at s", "promotion after ms", "then first decision after ms", "last error after ms"]]
        for (fault, service) in services {
            rows.append([
                Table.number(Double(fault.from - plan.start) / 1_000_000, "%.1f"),
                Self.milliseconds(service.promotion),
                service.firstDecision.map(Self.milliseconds) ?? "never",
                service.lastError.map(Self.milliseconds) ?? "no error",
            ])
        }
        printTable(rows, terminal)
    }

    private func printVerdict(_ terminal: Terminal) {
        print("checked in \(Table.number(checkSeconds, "%.1f")) s")
        for complaint in complaints { print("broken: \(complaint)") }
        if let history { print("history: \(history)") }
        for line in findings.lines { print(line) }
        print(Findings.verdict(isClean, terminal))
    }
}
