/// Integers as a flat JSON array, written as they come.
@usableFromInline
package struct IntegerList {
    private var bytes: [UInt8] = [UInt8(ascii: "[")]

    package init() {}

    /// The array, which is then at its end.
    package consuming func text() -> [UInt8] {
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    @usableFromInline
    package mutating func append(_ number: Int) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(decimal: number)
    }

    @inlinable
    package mutating func append(contentsOf numbers: some Sequence<Int>) {
        for number in numbers { append(number) }
    }
}

extension [UInt8] {
    /// Appends a number in decimal, without making a string of it.
    mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digitsOf: number.magnitude)
    }

    private mutating func append(digitsOf number: UInt) {
        if number >= 10 { append(digitsOf: number / 10) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
