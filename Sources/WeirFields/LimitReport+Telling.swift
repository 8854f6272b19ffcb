extension LimitReport {
    /// The largest number that a field tells, of 15 digits.
    ///
    /// Source: RFC 9651, section 3.3.1.
    static let mostTold = 999_999_999_999_999

    /// Whether there is room for it where the limit and the reset are required.
    ///
    /// Source: section 3 of the drafts up to 07.
    var isTellableAlone: Bool { limit != nil && reset != nil }
}

extension Sequence<LimitReport> {
    /// The one that leaves least; among equals the one that resets last.
    ///
    /// One that does not say what it leaves comes after all that do.
    var tightest: LimitReport? {
        self.min { left, right in
            (left.remaining ?? .max, right.reset ?? .zero) < (right.remaining ?? .max, left.reset ?? .zero)
        }
    }
}
