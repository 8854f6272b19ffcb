/// The sum over all bytes so far: FNV-1a, 64 bits.
///
/// A byte that differs always makes another sum, since each step is a bijection of the one before.
struct RunningSum {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var sum = value
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
        value = sum
    }
}
