/// A reproducible source of randomness: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number, each as likely as the others.
    package mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    /// True once in `count` times.
    package mutating func once(in count: Int) -> Bool { number(1...count) == 1 }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count + 8) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for start in stride(from: 0, to: count, by: 8) {
                raw.storeBytes(of: next(), toByteOffset: start, as: UInt64.self)
            }
            initialized = count
        }
    }

    package mutating func element<T>(_ elements: [T]) -> T { elements[number(0...(elements.count - 1))] }
}
