package import Hiredis

extension Reply {
    /// What a script counts exactly; its numbers are doubles.
    ///
    /// Sums and differences of what lies within overflow nothing, so that no answer, however wrong, ends the process.
    private static let exact = -(1 << 53)...(1 << 53)

    /// The integer of a reply that is one; nil if it is none, or one that no script counts exactly.
    package var number: Int? {
        if case .integer(let number) = self, Self.exact.contains(number) { number } else { nil }
    }

    /// The integers of a reply that consists of them; nil if it does not, or if no script counts one of them exactly.
    package var numbers: [Int]? {
        if case .integers(let numbers) = self, numbers.allSatisfy(Self.exact.contains) { numbers } else { nil }
    }
}
