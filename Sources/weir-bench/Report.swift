import Console
import Foundation

/// What a run has shown, as it is printed and as `--json` writes it.
struct Report: Encodable {
    struct Row: Encodable {
        let name: String
        var perSecond: Double?
        var ratioToRawPairs: Double?
        /// Microseconds.
        var p50: Double?
        var p99: Double?
        var p999: Double?
        /// CPU of the server for each operation.
        var serverMicroseconds: Double?
        /// CPU of this process for each operation, callers included.
        var clientMicroseconds: Double?
        /// What the server read and wrote for each operation, a batch's share of its call included.
        var requestBytes: Double?
        var replyBytes: Double?
        var errors: Int?
        var bytesPerKey: Int?

        init(_ name: String, bytesPerKey: Int) {
            self.name = name
            self.bytesPerKey = bytesPerKey
        }

        init(_ name: String, _ measurements: [Measurement], rawPairs: Double) {
            self.name = name
            let median = Report.median(measurements.map(\.perSecond))
            perSecond = median.rounded()
            ratioToRawPairs = rawPairs > 0 ? (median / rawPairs * 1000).rounded() / 1000 : nil
            p50 = Self.percentile(50, measurements)
            p99 = Self.percentile(99, measurements)
            p999 = Self.percentile(99.9, measurements)
            serverMicroseconds = (Report.median(measurements.map(\.serverMicroseconds)) * 100).rounded() / 100
            clientMicroseconds = (Report.median(measurements.map(\.clientMicroseconds)) * 100).rounded() / 100
            requestBytes = (Report.median(measurements.map(\.requestBytes)) * 10).rounded() / 10
            replyBytes = (Report.median(measurements.map(\.replyBytes)) * 10).rounded() / 10
            errors = measurements.map(\.errors).reduce(0, +)
        }

        private static func percentile(_ percent: Double, _ measurements: [Measurement]) -> Double? {
            let values = measurements.compactMap { $0.percentile(percent) }
            return values.isEmpty ? nil : (Report.median(values) * 10).rounded() / 10
        }
    }

    let machine: Machine
    let rows: [Row]
    /// What `--scale` has shown; without it, nil.
    var scale: [ScaleLine]?
    /// What `--cluster` has shown; without it, nil.
    var cluster: ClusterReport?
    /// What was not measured, and why.
    var omitted: [String]?

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    func print() {
        Swift.print(machine.summary + "\n")
        if let scale {
            ScaleTable(lines: scale).print()
            return
        }
        if let cluster {
            cluster.print()
            return
        }
        table(
            [["row", "per second", "to raw pairs", "p50 µs", "p99 µs", "p99.9 µs", "server µs", "client µs", "errors"]]
                + rows.filter { $0.perSecond != nil }.map { row in
                    [
                        row.name, whole(row.perSecond), row.ratioToRawPairs.map { String(format: "%.2f", $0) } ?? "",
                        Table.number(row.p50), Table.number(row.p99), Table.number(row.p999),
                        Table.number(row.serverMicroseconds, "%.2f"),
                        Table.number(row.clientMicroseconds, "%.2f"), "\(row.errors ?? 0)",
                    ]
                }
        )
        let memory = rows.compactMap { row in row.bytesPerKey.map { [row.name, "\($0)"] } }
        if !memory.isEmpty {
            Swift.print()
            table([["memory", "bytes a key"]] + memory)
        }
        guard let omitted else { return }
        Swift.print("\nleft out:")
        for line in omitted { Swift.print("  \(line)") }
    }

    private func whole(_ value: Double?) -> String { value.map { String(Int($0)) } ?? "" }

    private func table(_ rows: [[String]]) {
        for line in Table(rows: rows).lines { Swift.print(line) }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(filePath: path))
    }
}
