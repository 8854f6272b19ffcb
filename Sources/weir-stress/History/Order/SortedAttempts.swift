internal import Glibc

/// Brings any number of attempts into the order in which a history is checked, with few of them in memory.
///
/// They are kept as records. Whenever there are enough, these are written in order into a temporary file, which has no
/// name and so is gone with the process; in the end all such runs are merged. Attempts that come in order make a single
/// run.
package struct SortedAttempts: ~Copyable {
    /// A record among those in memory.
    private struct Entry {
        let key: SortKey
        let place: Range<Int>
    }

    /// How many bytes are written at once.
    private static var part: Int { 1 << 20 }

    private let chunk: Int
    private let file: OpenFile
    private var entries: [Entry] = []
    private var records: OutputBytes
    /// Where in the file the runs are.
    private var runs: [Range<Int>] = []
    /// The key of the last attempt of the last run.
    private var last: SortKey?

    /// Sorts nothing yet.
    ///
    /// - Parameters:
    ///   - chunk: how many attempts are in memory at once; each takes about 100 bytes.
    ///   - directory: where the temporary file is; by default `TMPDIR` or `/tmp`.
    /// - Throws: a ``HistoryError`` if there can be no temporary file.
    package init(chunk: Int = 200_000, directory: String? = nil) throws(HistoryError) {
        let directory = directory ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        file = try OpenFile(temporaryIn: directory)
        records = OutputBytes(capacity: Self.part)
        self.chunk = max(1, chunk)
    }

    package mutating func add(_ attempt: Attempt) throws(HistoryError) {
        if entries.count >= chunk { try spill() }
        records.reserve(AttemptEncoder.largestSize(windows: attempt.windows.count))
        // Each for itself, so that it may be moved.
        var encoder = AttemptEncoder()
        guard let length = encoder.encode(attempt, into: records.room) else {
            throw HistoryError(
                "operation \(attempt.operation) cannot be sorted: \(AttemptEncoder.expectation)"
            )
        }
        entries.append(Entry(key: SortKey(attempt), place: records.count..<records.count + length))
        records.advance(by: length)
    }

    /// All that was added, in order.
    package consuming func merged() throws(HistoryError) -> MergedAttempts {
        try spill()
        return try MergedAttempts(file: file, runs: runs)
    }

    /// Writes what is in memory as a run, or as the rest of the last run if it comes after that.
    private mutating func spill() throws(HistoryError) {
        // The sort is stable, and so is the merge: attempts that nothing tells apart stay as they came.
        entries.sort { $0.key.isBefore($1.key) }
        guard let first = entries.first, let end = entries.last else { return }
        var output = OutputBytes(capacity: Self.part)
        for entry in entries {
            if output.room.count < entry.place.count {
                try file.write(output.bytes)
                output.removeAll()
            }
            output.append(UnsafeRawBufferPointer(rebasing: records.bytes[entry.place]))
        }
        try file.write(output.bytes)
        let start = runs.last?.upperBound ?? 0
        if let last, !first.key.isBefore(last), let run = runs.popLast() {
            runs.append(run.lowerBound..<start + records.count)
        } else {
            runs.append(start..<start + records.count)
        }
        last = end.key
        entries.removeAll(keepingCapacity: true)
        records.removeAll()
    }
}
