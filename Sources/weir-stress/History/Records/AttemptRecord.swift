/// The bits at the beginning of an attempt's record: outcome, source, and which numbers follow.
struct AttemptRecord: OptionSet {
    /// How many numbers a record has at most, those of its windows left out, and how long one is.
    static var numbers: Int { 8 }
    static var numbersOfWindow: Int { 8 }
    static var longestNumber: Int { 10 }

    static let hasServer = Self(rawValue: 1 << 4)
    static let hasPlace = Self(rawValue: 1 << 5)
    static let hasRetryAfter = Self(rawValue: 1 << 6)
    static let hasError = Self(rawValue: 1 << 7)

    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ attempt: Attempt) {
        self.init(rawValue: attempt.outcome.rawValue | (attempt.source.map { $0.rawValue + 1 } ?? 0) << 2)
        if attempt.server != nil { insert(.hasServer) }
        if attempt.place != nil { insert(.hasPlace) }
        if attempt.retryAfter != nil { insert(.hasRetryAfter) }
        if attempt.error != nil { insert(.hasError) }
    }

    var outcome: Attempt.Outcome? { Attempt.Outcome(rawValue: rawValue & 3) }

    var source: Attempt.Source? {
        let source = rawValue >> 2 & 3
        return source == 0 ? nil : Attempt.Source(rawValue: source - 1)
    }
}
