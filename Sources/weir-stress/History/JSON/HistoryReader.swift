/// Reads the attempts of a history file, one after the other.
///
/// A file of our own is sealed: its first line says how many attempts there are, and every line ends with a sum over
/// all bytes before it. One that others wrote need not be; of it nobody can say whether something is missing.
package struct HistoryReader: ~Copyable {
    private let path: String
    private var lines: LineReader
    private var parser = AttemptParser()
    private var sum = RunningSum()
    private var count = 0
    private var isAtEnd = false
    /// What was wrong, to be told again: whoever goes on after it is not to take the rest for a whole history.
    private var failure: HistoryError?

    /// Whether a change of the file, or the lack of a part, would have been noticed; known after the first attempt.
    package private(set) var isSealed = false
    /// How many attempts the history says that it holds; nil if it is not sealed.
    package private(set) var attempts: Int?
    /// What the run was made from; nil if the history is not sealed.
    package private(set) var seed: UInt64?
    /// What disturbed the run, as the first line of a sealed history tells.
    package private(set) var faults: [Fault] = []

    package init(path: String) throws(HistoryError) {
        self.path = path
        lines = try LineReader(path: path)
    }

    /// The windows met so far.
    package var names: WindowNames { parser.windows.names }

    /// The next attempt, or nil after the last one.
    package mutating func next() throws(HistoryError) -> Attempt? {
        if let failure { throw failure }
        guard !isAtEnd else { return nil }
        do throws(HistoryError) {
            guard let line = try lines.next(number: count + 1) else {
                isAtEnd = true
                try checkEnd()
                return nil
            }
            count += 1
            return try attempt(of: line)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func attempt(of line: LineReader.Line) throws(HistoryError) -> Attempt {
        do throws(LineProblem) {
            return try checkedAttempt(of: line)
        } catch {
            let place = error.byte.map { ", byte \($0)" } ?? ""
            throw HistoryError("\(path), line \(count)\(place): \(error.text)")
        }
    }

    private func checkEnd() throws(HistoryError) {
        if count == 0 {
            throw HistoryError("\(path) is empty: a history holds one attempt a line")
        }
        if let attempts, count < attempts {
            throw HistoryError("\(path): the history was cut: it holds \(count) of \(attempts) attempts")
        }
    }

    private mutating func checkedAttempt(of line: LineReader.Line) throws(LineProblem) -> Attempt {
        guard let first = line.bytes.baseAddress, !line.bytes.isEmpty else {
            throw LineProblem("the line is empty: every line holds an attempt")
        }
        if let attempts {
            guard count <= attempts else {
                throw LineProblem("the history says that it holds \(attempts) attempts, and here is one more")
            }
            // First: of a line that was changed, nothing else that it says is worth telling.
            try checkSum(of: line)
        }
        do throws(LineProblem) {
            let attempt = try parser.parse(first)
            if count == 1 { try begin(line) }
            try checkSeal()
            return attempt
        } catch {
            guard !line.hasNewline, error.byte != nil else { throw error }
            throw LineProblem("\(error.text); the last line has no newline: was the file cut?", byte: error.byte)
        }
    }

    /// Decides by the first line whether the history is sealed.
    private mutating func begin(_ line: LineReader.Line) throws(LineProblem) {
        switch (parser.header, parser.hasSum) {
        case (nil, false): break
        case (nil, true):
            throw LineProblem("the line has a sum, but says nothing of the history: the first line is missing")
        case (_?, false):
            throw LineProblem("the line speaks of the history, but has no sum: it was changed")
        case (let header?, true):
            try checkSum(of: line)
            isSealed = true
            (attempts, seed, faults) = (header.attempts, header.seed, header.faults)
        }
    }

    /// Whether the line fits to the first one, of which it is said already.
    private func checkSeal() throws(LineProblem) {
        if count > 1, parser.header != nil {
            throw LineProblem("another history begins here: one file holds one history")
        }
        if parser.hasSum != isSealed {
            throw LineProblem("the line has a sum, but the first line has none: lines of two files were mixed")
        }
    }

    private mutating func checkSum(of line: LineReader.Line) throws(LineProblem) {
        guard let (bytes, told) = SealedLine.parts(of: line.bytes) else {
            throw LineProblem(
                line.hasNewline
                    ? "the line does not end with its sum, as those before it do: it was changed or added"
                    : "the line was cut: it has no newline and does not end with its sum"
            )
        }
        sum.add(bytes)
        guard sum.value == told else {
            throw LineProblem("the line was changed, or lines before it were changed, added, removed or moved")
        }
        // The next sum is over this one and the newline too.
        let end = line.bytes.count + (line.hasNewline ? 1 : 0)
        let whole = UnsafeRawBufferPointer(start: line.bytes.baseAddress, count: end)
        sum.add(UnsafeRawBufferPointer(rebasing: whole[bytes.count...]))
    }
}
