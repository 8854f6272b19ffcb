/// Looks into a record file while its worker is still writing.
package struct RecordProgress: ~Copyable {
    /// How many attempts were recorded, and with which outcomes.
    package struct Counts: Sendable, Hashable {
        package var attempts = 0
        package var allowed = 0
        package var denied = 0
        package var unknown = 0
        package var failed = 0

        package init() {}

        init(attempts: Int, allowed: Int, denied: Int, unknown: Int, failed: Int) {
            self.attempts = attempts
            self.allowed = allowed
            self.denied = denied
            self.unknown = unknown
            self.failed = failed
        }
    }

    /// How far back is looked for so many attempts: most take less than 64 bytes.
    private static func distance(_ attempts: Int) -> Int { min(attempts, 1 << 40) * 64 + RecordLayout.blockSize }

    private let page: RecordPage
    private var block = RecordBlock()
    /// Where the records ended when the last sample was taken.
    private var sampled: Int

    /// Whether a worker has got so far that it has a file, before which it asks nothing.
    package static func isThere(_ path: String) -> Bool { (try? RecordProgress(path: path)) != nil }

    package init(path: String) throws(HistoryError) {
        page = try RecordPage(path: path)
        sampled = RecordLayout.firstBlock(tasks: page.tasks)
    }

    /// The number of the process that records.
    package var process: Int { page[.process] }
    /// Whether the worker has closed the file.
    package var isClosed: Bool { page[.isClosed] != 0 }

    /// What was counted so far; the sum may differ from the parts by what is recorded at that very moment.
    package var counts: Counts {
        Counts(
            attempts: page[.attempts],
            allowed: page[.allowed],
            denied: page[.denied],
            unknown: page[.unknown],
            failed: page[.failed]
        )
    }

    /// The latest of the attempts that were recorded since the last sample, oldest first.
    ///
    /// Of many, only the last part of the file is read.
    package mutating func sample(most: Int) throws(HistoryError) -> [Attempt] {
        let used = try page.used()
        guard most > 0, used > sampled else {
            sampled = max(sampled, used)
            return []
        }
        let from = max(sampled, used - Self.distance(most))
        var attempts: [Attempt] = []
        // Only at the beginning of a block is it known what a record is told apart from.
        for start in stride(from: from - from % RecordLayout.blockSize, to: used, by: RecordLayout.blockSize) {
            try block.load(page, at: start, used: used)
            var position = block.position
            while let attempt = try block.next(page) {
                if position >= from { attempts.append(attempt) }
                position = block.position
            }
        }
        sampled = used
        return attempts.suffix(most)
    }
}
