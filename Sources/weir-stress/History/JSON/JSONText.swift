/// A string of a JSON text as it stands there, without its quotes.
struct JSONText {
    let bytes: UnsafeBufferPointer<UInt8>
    let hasEscapes: Bool
    /// Where in the line it begins, from 1.
    let byte: Int

    /// What it stands for.
    func decoded() throws(LineProblem) -> String {
        let units = hasEscapes ? try unescaped() : Array(bytes)
        guard let string = String(validating: units, as: UTF8.self) else {
            throw LineProblem("a string is not UTF-8", byte: byte)
        }
        return string
    }

    /// For an error: what it stands for, or nearly.
    var description: String { String(decoding: bytes.prefix(60), as: UTF8.self) }

    private func unescaped() throws(LineProblem) -> [UInt8] {
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let unit = rest.popFirst() {
            guard unit == UInt8(ascii: "\\") else {
                units.append(unit)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\""): units.append(UInt8(ascii: "\""))
            case UInt8(ascii: "\\"): units.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "/"): units.append(UInt8(ascii: "/"))
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"): units += try Array(String(scalar(&rest)).utf8)
            default: throw LineProblem("a string has an escape that JSON does not know", byte: byte)
            }
        }
        return units
    }

    /// The scalar of a `\u` escape, or of the two that make one together.
    private func scalar(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) throws(LineProblem) -> Unicode.Scalar {
        let first = try codeUnit(&rest)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u")
        else { throw LineProblem("a string has half of a surrogate pair", byte: byte) }
        let second = try codeUnit(&rest)
        guard UTF16.isTrailSurrogate(second) else {
            throw LineProblem("a string has half of a surrogate pair", byte: byte)
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private func codeUnit(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) throws(LineProblem) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw LineProblem("a string has \\u without four hexadecimal digits", byte: byte)
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
