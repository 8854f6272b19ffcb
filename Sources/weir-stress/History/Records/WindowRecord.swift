/// The bits at the beginning of a window's part of a record: which numbers follow.
struct WindowRecord: OptionSet {
    static let hasLimit = Self(rawValue: 1)
    static let hasRemaining = Self(rawValue: 1 << 1)
    static let hasUsed = Self(rawValue: 1 << 2)
    static let hasReset = Self(rawValue: 1 << 3)
    static let hasPool = Self(rawValue: 1 << 4)
    static let isViolated = Self(rawValue: 1 << 5)
    static let all = Self(rawValue: 1 << 6 - 1)

    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ fact: WindowFact) {
        self.init(rawValue: 0)
        if fact.limit != nil { insert(.hasLimit) }
        if fact.remaining != nil { insert(.hasRemaining) }
        if fact.used != nil { insert(.hasUsed) }
        if fact.reset != nil { insert(.hasReset) }
        if fact.pool != nil { insert(.hasPool) }
        if fact.isViolated { insert(.isViolated) }
    }
}
