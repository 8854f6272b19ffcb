/// Turns lines of a history into attempts, and gives every window its number.
struct AttemptParser {
    private let fields = FieldTable<AttemptField>(
        required: [.process, .operation, .cost, .sent, .done, .outcome, .windows]
    )
    private let windowFields = FieldTable<WindowField>(required: [.rule, .subject, .period, .slice])
    private let outcomes = WordTable(Attempt.Outcome.allCases.map { ("\($0.word)", $0) })
    private let sources = WordTable(Attempt.Source.allCases.map { ("\($0.word)", $0) })
    /// The windows of the attempt that is being read: room that is used again and again.
    private var facts: [WindowFact] = []
    /// Whether each of them has said if it was violated.
    private var areViolationsTold = true

    private(set) var windows = WindowTable()
    /// What the line said of the whole history, if it did.
    private(set) var header: HistoryHeader?
    /// Whether the line had a sum, which the parser does not check.
    private(set) var hasSum = false

    /// The attempt of a line, which is followed by a newline and 16 bytes that may be read.
    mutating func parse(_ line: UnsafePointer<UInt8>) throws(LineProblem) -> Attempt {
        var scanner = JSONScanner(line)
        (header, hasSum) = (nil, false)
        let attempt = try attempt(&scanner)
        try scanner.expectEnd()
        if let contradiction = attempt.contradiction { throw LineProblem(contradiction) }
        if attempt.isDecided, !areViolationsTold {
            throw LineProblem("\"violated\" is missing: a decision tells it of every window")
        }
        return attempt
    }

    private mutating func attempt(_ scanner: inout JSONScanner) throws(LineProblem) -> Attempt {
        var attempt = Attempt(process: 0, operation: 0, cost: 0, sent: 0, done: 0, outcome: .unknown)
        var seen = FieldTable<AttemptField>.Seen()
        try scanner.expect("{")
        repeat {
            switch try fields.next(&scanner, &seen) {
            case .history: header = try HistoryHeader(&scanner)
            case .process: attempt.process = try scanner.integer(HistoryBounds.processes, for: "process")
            case .operation: attempt.operation = try scanner.integer(HistoryBounds.operations, for: "op")
            case .cost: attempt.cost = try scanner.integer(HistoryBounds.costs, for: "cost")
            case .sent: attempt.sent = try scanner.integer(HistoryBounds.times, for: "sent")
            case .done: attempt.done = try scanner.integer(HistoryBounds.times, for: "done")
            case .outcome: attempt.outcome = try scanner.word(of: outcomes, for: "outcome")
            case .source: attempt.source = try scanner.word(of: sources, for: "source")
            case .server: attempt.server = try scanner.integer(HistoryBounds.times, for: "server")
            case .place: attempt.place = try scanner.integer(HistoryBounds.places, for: "place")
            case .windows: attempt.windows = try facts(&scanner)
            case .retryAfter: attempt.retryAfter = try scanner.integer(HistoryBounds.waits, for: "retryAfter")
            case .error: attempt.error = try scanner.string(for: "error").decoded()
            case .sum:
                _ = try scanner.string(for: "sum")
                hasSum = true
            }
        } while try fields.isFollowed(&scanner, seen)
        return attempt
    }

    private mutating func facts(_ scanner: inout JSONScanner) throws(LineProblem) -> [WindowFact] {
        facts.removeAll(keepingCapacity: true)
        areViolationsTold = true
        try scanner.expect("[")
        if !scanner.take("]") {
            repeat {
                guard facts.count < HistoryBounds.windows.upperBound else {
                    throw scanner.problem("an attempt has at most \(HistoryBounds.windows.upperBound) windows")
                }
                facts.append(try fact(&scanner))
            } while scanner.take(",")
            try scanner.expect("]")
        }
        return facts.withUnsafeBufferPointer { Array($0) }
    }

    private mutating func fact(_ scanner: inout JSONScanner) throws(LineProblem) -> WindowFact {
        var fact = WindowFact(window: 0, limit: nil, period: 0, slice: 0)
        var (rule, subject, key): (JSONText?, JSONText?, JSONText?)
        var isViolationTold = false
        var seen = FieldTable<WindowField>.Seen()
        try scanner.expect("{")
        repeat {
            switch try windowFields.next(&scanner, &seen) {
            case .rule: rule = try scanner.string(for: "rule")
            case .subject: subject = try scanner.string(for: "subject")
            case .limit: fact.limit = try scanner.integer(HistoryBounds.limits, for: "limit")
            case .period: fact.period = try scanner.integer(HistoryBounds.periods, for: "window")
            case .slice: fact.slice = try scanner.integer(HistoryBounds.slices, for: "slice")
            case .remaining: fact.remaining = try scanner.integer(HistoryBounds.limits, for: "remaining")
            case .used: fact.used = try scanner.integer(HistoryBounds.uses, for: "used")
            case .reset: fact.reset = try scanner.integer(HistoryBounds.waits, for: "reset")
            case .violated:
                fact.isViolated = try scanner.boolean(for: "violated")
                isViolationTold = true
            case .pool: fact.pool = try scanner.integer(HistoryBounds.pools, for: "pool")
            case .key: key = try scanner.string(for: "key")
            }
        } while try windowFields.isFollowed(&scanner, seen)
        guard let rule, let subject else { throw scanner.problem("a window has a rule and a subject") }
        fact.window = try windows.number(rule: rule, subject: subject)
        if let key { try windows.setKey(key, of: fact.window) }
        if !isViolationTold { areViolationsTold = false }
        return fact
    }
}
