import Console

/// What `--cluster` has shown, and apart from it what follows for more primaries than were measured.
struct ClusterReport: Encodable {
    let measurement: [ClusterRow]
    let model: ClusterModel

    /// - Parameters:
    ///   - single: one Redis without a cluster.
    ///   - clusters: clusters in which owners are spread.
    ///   - oneOwner: a cluster of which all ask for one owner.
    init(single: ClusterRow, clusters: [ClusterRow], oneOwner: ClusterRow) {
        measurement = [single] + clusters + [oneOwner]
        model = ClusterModel(clusters: clusters.map(\.cost), single: single.cost, oneOwner: oneOwner.cost)
    }

    func print() {
        let terminal = Terminal()
        Swift.print(
            "\(terminal.paint("Measured", .bold)): all over TCP on this machine, every cluster without replicas"
        )
        show(measuredCells, on: terminal)
        Swift.print(
            """
              ×: beside single. Owners are tokens, ten thousand of them; in the hot group they are all one group's, so a
              decision has two windows and one primary makes them all. A call of the script takes the decisions of one
              slot together: owners that are spread share none. All servers have one core together, and all callers
              another, so the rates do not grow with the primaries here: what a decision costs is what matters.

            """
        )
        Swift.print(
            """
            \(terminal.paint("Model", .bold)), computed from these figures and not measured: \
            \(Table.number(model.serverMicroseconds, "%.2f")) µs of a primary and \
            \(Table.number(model.clientMicroseconds, "%.2f")) µs of a client for each decision
            """
        )
        show(modelCells, on: terminal)
        Swift.print(
            "  one Redis without a cluster: \(Int(model.singlePerSecond).grouped) a second, for owners share calls"
        )
        if let primaries = model.primariesToEqualSingle {
            Swift.print("  primaries that serve as much as it does: \(primaries)")
        }
        Swift.print("  one owner, in a cluster of whatever size: \(Int(model.oneOwnerPerSecond).grouped) a second")
        Swift.print("  This machine's cores cannot show that speed-up themselves. It is assumed that")
        for assumption in model.assumptions { Swift.print("  - \(assumption)") }
    }

    private var measuredCells: [[String]] {
        let heading = [
            "row", "per second", "×", "a call", "server µs", "×", "client µs", "×", "p50 µs", "p99 µs", "errors",
        ]
        return [heading]
            + measurement.map { row in
                [
                    row.name, Int(row.decisionsPerSecond).grouped, ratio(row, \.decisionsPerSecond),
                    Table.number(row.decisionsPerScriptCall, "%.1f"),
                    Table.number(row.serverMicroseconds, "%.2f"), ratio(row, \.serverMicroseconds),
                    Table.number(row.clientMicroseconds, "%.2f"), ratio(row, \.clientMicroseconds),
                    Table.number(row.p50), Table.number(row.p99), row.errors.grouped,
                ]
            }
    }

    private func ratio(_ row: ClusterRow, _ value: KeyPath<ClusterRow, Double>) -> String {
        guard let single = measurement.first, single[keyPath: value] > 0 else { return "" }
        return Table.number(row[keyPath: value] / single[keyPath: value], "%.2f")
    }

    private var modelCells: [[String]] {
        [["primaries", "decisions a second", "client cores"]]
            + model.steps.map { step in
                [
                    step.primaries.grouped, Int(step.decisionsPerSecond).grouped,
                    Table.number(step.clientCores),
                ]
            }
    }

    private func show(_ rows: [[String]], on terminal: Terminal) {
        for (number, text) in Table(rows: rows).lines.enumerated() {
            Swift.print(number == 0 ? terminal.paint(text, .faint) : text)
        }
    }
}
