/// A hash that was worked out once, of a key that is looked up again and again.
///
/// It differs from process to process, as every hash does here, so nobody outside can make many alike.
struct KnownHash: Sendable, Hashable {
    /// As good as any number for a table of one's own.
    let value: Int

    init(_ combine: (inout Hasher) -> Void) {
        var hasher = Hasher()
        combine(&hasher)
        value = hasher.finalize()
    }

    /// What its owner answers to `_rawHashValue(seed:)`, by which a dictionary asks for a hash under a seed of its own.
    ///
    /// By default a hash of the hash would be worked out each time, which takes many times as long; so it would be again if
    /// dictionaries came to ask otherwise. Two of them must not have their keys in the same order: the product mixes what
    /// the seed changes into all bits. The factor is 2^64 divided by the golden ratio, as in Fibonacci hashing.
    func underSeed(_ seed: Int) -> Int {
        let product = UInt(bitPattern: value ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(bitPattern: product.high ^ product.low)
    }
}
