/// A decimal number as servers write it where no draft says how: `597`, `597.0`, `-1`.
struct PlainNumber: Equatable {
    let isNegative: Bool
    /// At most 15 digits, which a larger number is cut to; zero if it is negative.
    let roundedDown: Int
    private let hasFraction: Bool

    /// The least whole number that is not below it, and not below zero.
    var roundedUp: Int { roundedDown + (hasFraction ? 1 : 0) }

    /// Reads digits, with a minus before them or a point and digits after them; nil if it is anything else.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let isNegative = bytes.first == UInt8(ascii: "-")
        let parts = bytes.dropFirst(isNegative ? 1 : 0)
            .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }), let whole = parts.first else {
            return nil
        }
        // The bound keeps the product in range.
        let magnitude = whole.reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), LimitReport.mostTold) }
        self.isNegative = isNegative
        roundedDown = isNegative ? 0 : magnitude
        hasFraction = !isNegative && parts.dropFirst().joined().contains { $0 != UInt8(ascii: "0") }
    }
}
