/// Integers as a flat JSON array, written as they come.
package struct IntegerList {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "[")]

    package mutating func append(_ number: Int) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(decimal: number)
    }

    package mutating func append(contentsOf numbers: some Sequence<Int>) {
        for number in numbers { append(number) }
    }
}

extension [UInt8] {
    /// Appends a number in decimal, without making a string of it.
    mutating func append(decimal number: Int) {
        var rest = number.magnitude
        let start = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        if number < 0 { append(UInt8(ascii: "-")) }
        self[start...].reverse()
    }
}
