/// Says yes to one in eight of those who ask, by chance.
struct OneInEight: Sendable {
    private static let bitsOfAnAnswer = 3
    /// Bits by chance that were not used yet, behind a one.
    private var bits: UInt64 = 1

    /// Whether this one is among them.
    ///
    /// The system takes longer for a number by chance than Weir takes to build a key, so one number serves 21 answers.
    mutating func next() -> Bool {
        if bits == 1 { bits = .random(in: .min ... .max) | 1 << 63 }
        defer { bits >>= Self.bitsOfAnAnswer }
        return bits & (1 << Self.bitsOfAnAnswer - 1) == 0
    }
}
