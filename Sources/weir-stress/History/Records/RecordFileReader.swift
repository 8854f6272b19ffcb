/// Reads the record file of a worker that has ended, however it ended.
///
/// First what was recorded, then what was in flight when it ended: of that nobody can say whether it counted.
package struct RecordFileReader: ~Copyable {
    private let page: RecordPage
    private let windows: Int
    private let used: Int
    private var block: RecordBlock
    /// Where the next block begins.
    private var nextBlock: Int
    /// What was in flight and was not met among the records so far, by operation.
    private var inFlight: [Int: Attempt]
    /// What of it is still to be told, the last first; nil until the records have ended.
    private var rest: [Attempt]?
    private var count = 0

    /// Opens the file of a worker that runs no more.
    ///
    /// - Parameters:
    ///   - path: where the file is.
    ///   - windows: how many windows there are: every number is below.
    ///   - ended: the time at which the process was seen to have ended, which is when its last attempts were given up.
    ///   - facts: what was known beforehand of the windows with these numbers; nil if they cannot belong together.
    /// - Throws: a ``HistoryError`` if it is no record file, or a damaged one.
    package init(
        path: String,
        windows: Int,
        ended: Int,
        facts: ([Int]) -> [WindowFact]?
    ) throws(HistoryError) {
        let page = try RecordPage(path: path)
        let used = try page.used()
        let inFlight = try RecordSlots.attempts(of: page, ended: ended, facts: facts)
        for attempt in inFlight.values { try Self.check(attempt, "in flight", page, windows) }
        self.page = page
        self.windows = windows
        self.used = used
        self.inFlight = inFlight
        block = RecordBlock()
        nextBlock = RecordLayout.firstBlock(tasks: self.page.tasks)
    }

    /// The number of the process that recorded.
    package var process: Int { page[.process] }

    /// The next attempt, or nil after the last one.
    package mutating func next() throws(HistoryError) -> Attempt? {
        while true {
            let position = block.position
            if let attempt = try block.next(page) {
                count += 1
                try Self.check(attempt, "byte \(position)", page, windows)
                // Killed between the two, the worker has left it in both places.
                if !inFlight.isEmpty { inFlight[attempt.operation] = nil }
                return attempt
            }
            guard nextBlock < used else { break }
            try block.load(page, at: nextBlock, used: used)
            nextBlock += RecordLayout.blockSize
        }
        if rest == nil {
            try checkCount()
            rest = inFlight.values.sorted { $0.operation > $1.operation }
        }
        return rest?.popLast()
    }

    private static func check(
        _ attempt: Attempt,
        _ place: @autoclosure () -> String,
        _ page: borrowing RecordPage,
        _ windows: Int
    ) throws(HistoryError) {
        var problem = attempt.contradiction
        if attempt.process != page[.process] { problem = "it is not of the process that recorded" }
        for fact in attempt.windows where fact.window >= windows {
            problem = "window \(fact.window): expected 0 to \(windows - 1)"
        }
        if let problem { throw HistoryError("\(page.file.path), \(place()): \(problem)") }
    }

    private func checkCount() throws(HistoryError) {
        let told = page[.attempts]
        // Killed between the two, the worker has recorded one more than it counted.
        guard count == told || count == told + 1 && page[.isClosed] == 0 else {
            throw HistoryError("\(page.file.path) is damaged: it tells of \(told) attempts and holds \(count)")
        }
    }
}
