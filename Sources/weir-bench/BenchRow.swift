import Console

/// One row of a run: what happens before it is measured, how that is done, and what is left to do afterwards.
struct BenchRow {
    struct NoRow: Error, CustomStringConvertible {
        let part: String
        var description: String { "no row has '\(part)' in its name; without --only all are measured" }
    }

    let name: String
    let servers: MeasuredServers
    /// Before each measurement.
    var prepare: () async throws -> Void = {}
    let measure: () async throws -> Measurement
    /// After each measurement.
    var clear: () async throws -> Void = {}
}

extension [BenchRow] {
    /// The rows that have a part in their names, and a baseline.
    ///
    /// - Parameters:
    ///   - part: nil for all rows.
    ///   - baseline: the name of a row that stays in any case.
    /// - Returns: the rows.
    /// - Throws: ``BenchRow/NoRow`` if there is none.
    func chosen(by part: String?, beside baseline: String) throws -> [BenchRow] {
        guard let part else { return self }
        guard contains(where: { $0.name.contains(part) }) else { throw BenchRow.NoRow(part: part) }
        return filter { $0.name.contains(part) || $0.name == baseline }
    }

    /// Measures all rows in turn, round by round, so that what changes on the machine meanwhile changes all of them.
    ///
    /// - Parameter rounds: how many.
    /// - Returns: what the rounds of each row have shown, by its name.
    /// - Throws: what kept a row from being measured.
    func measured(rounds: Int) async throws -> [String: [Measurement]] {
        var measurements: [String: [Measurement]] = [:]
        for round in 1...rounds {
            for (number, row) in enumerated() {
                ProgressLine.show("round \(round) of \(rounds), row \(number + 1) of \(count): \(row.name)")
                try await row.prepare()
                measurements[row.name, default: []].append(try await row.servers.measuring(row.measure))
                try await row.clear()
            }
        }
        ProgressLine.show("")
        return measurements
    }
}
