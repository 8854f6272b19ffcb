/// What stands for a secret where only its sameness matters: 128 bits from which nobody learns it.
///
/// Made by SipHash under a key that is drawn anew for each maker, so that it means nothing elsewhere.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    private let first: Int
    private let second: Int

    /// Says nothing.
    package var description: String { "(hidden)" }

    /// Makes fingerprints that can be compared with each other.
    package struct Maker: Sendable {
        private let salt = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

        package init() {}

        package func fingerprint(of text: String) -> Fingerprint {
            Fingerprint(first: hash(text, salt.0), second: hash(text, salt.1))
        }

        private func hash(_ text: String, _ salt: UInt64) -> Int {
            var hasher = Hasher()
            hasher.combine(salt)
            // By its bytes: texts that only look alike are two.
            hasher.combine(text.utf8.count)
            for byte in text.utf8 { hasher.combine(byte) }
            return hasher.finalize()
        }
    }

    private init(first: Int, second: Int) {
        self.first = first
        self.second = second
    }
}
