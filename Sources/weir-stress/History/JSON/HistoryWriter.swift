/// Writes a sealed history file: of one that was changed or cut, the reader says so.
///
/// The file bears its name only when it is whole: until then it is called `.part`, and it is removed if it is given up.
package struct HistoryWriter: ~Copyable {
    /// How many bytes are written at once.
    private static let part = 1 << 20

    private let path: String
    private let header: HistoryHeader
    private var lines: AttemptLines
    private var file: UnfinishedFile
    private var bytes: OutputBytes
    private var sum = RunningSum()
    private var count = 0
    /// Why the file could not be written: what it has now is not to be trusted, so it never gets its name.
    private var failure: HistoryError?

    /// Begins a file that is to hold so many attempts, and replaces the one of that name in the end.
    package init(
        path: String,
        attempts: Int,
        seed: UInt64,
        faults: [Fault],
        names: WindowNames
    ) throws(HistoryError) {
        guard attempts > 0 else {
            throw HistoryError("\(path): there is no attempt to write, and a history holds one at least")
        }
        for fault in faults {
            if let contradiction = fault.contradiction { throw HistoryError("\(path), a fault: \(contradiction)") }
        }
        let file = try UnfinishedFile(path: path)
        self.path = path
        self.file = file
        header = HistoryHeader(attempts: attempts, seed: seed, faults: faults)
        // They say which windows a failover hit; nobody else asks for them.
        lines = AttemptLines(names: names, hasKeys: faults.contains { $0.slots != nil })
        bytes = OutputBytes(capacity: Self.part * 2)
    }

    /// Adds an attempt; its windows are those of the names given first.
    package mutating func write(_ attempt: Attempt) throws(HistoryError) {
        guard count < header.attempts else {
            throw HistoryError("\(path) was to hold \(header.attempts) attempts, and here is one more")
        }
        if let contradiction = attempt.contradiction { throw problem(contradiction) }
        for fact in attempt.windows where fact.window >= lines.windows {
            throw problem("window \(fact.window) has no name: \(lines.windows) windows have one")
        }
        let start = bytes.count
        count += 1
        lines.append(attempt, count == 1 ? header : nil, to: &bytes)
        sum.add(UnsafeRawBufferPointer(rebasing: bytes.bytes[start...]))
        let end = bytes.count
        bytes.reserve(SealedLine.length + 1)
        SealedLine.append(sum.value, to: &bytes)
        sum.add(UnsafeRawBufferPointer(rebasing: bytes.bytes[end...]))
        if bytes.count >= Self.part { try flush() }
    }

    /// Gives the file its name; all attempts must have been written.
    package mutating func finish() throws(HistoryError) {
        guard count == header.attempts else {
            throw HistoryError("\(path) was to hold \(header.attempts) attempts, but only \(count) were written")
        }
        try flush()
        try file.finish()
    }

    private mutating func flush() throws(HistoryError) {
        if let failure { throw failure }
        do throws(HistoryError) {
            try file.write(bytes.bytes)
            bytes.removeAll()
        } catch {
            failure = error
            throw error
        }
    }

    private func problem(_ text: String) -> HistoryError { HistoryError("\(path), attempt \(count + 1): \(text)") }
}
