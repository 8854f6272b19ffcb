/// Integers as a flat JSON array, written as they come.
@usableFromInline
package struct IntegerList {
    private var bytes: [UInt8] = [UInt8(ascii: "[")]

    /// The array so far.
    var text: [UInt8] { bytes + [UInt8(ascii: "]")] }

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
        var rest = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        var length = 1
        var bound: UInt = 10
        while rest >= bound {
            length += 1
            bound *= 10
        }
        let start = count
        append(contentsOf: repeatElement(0, count: length))
        for place in (start..<start + length).reversed() {
            self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
