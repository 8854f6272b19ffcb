/// Reads the JSON text of one line, one piece at a time.
///
/// The line ends with a newline, which is part of no piece: whoever goes past nothing but bytes that are not newlines
/// never leaves the line. After the newline, 16 bytes may be read.
struct JSONScanner {
    private let start: UnsafePointer<UInt8>
    private var position: UnsafePointer<UInt8>

    init(_ line: UnsafePointer<UInt8>) {
        start = line
        position = line
    }

    /// The place of the next byte in its line, from 1.
    var byte: Int { position - start + 1 }

    func problem(_ text: String) -> LineProblem {
        LineProblem(position.pointee == UInt8(ascii: "\n") ? "the line ends too early: \(text)" : text, byte: byte)
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position.pointee <= UInt8(ascii: " ") {
            switch position.pointee {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            default: return
            }
        }
    }

    /// Goes past a byte if it comes next.
    @inline(__always)
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position.pointee == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func expect(_ byte: Unicode.Scalar) throws(LineProblem) {
        guard take(byte) else { throw problem("expected \(byte)") }
    }

    /// Nothing but the end may follow.
    mutating func expectEnd() throws(LineProblem) {
        skipSpace()
        guard position.pointee == UInt8(ascii: "\n") else {
            throw problem("something follows the end of the object: a line holds one attempt")
        }
    }

    /// The place of the word that comes next, or nil if it is none of the table; it is looked for from a place on.
    mutating func word<Value>(of table: WordTable<Value>, expecting first: Int = 0) -> Int? {
        skipSpace()
        guard let (place, length) = table.match(position, expecting: first) else { return nil }
        position += length
        return place
    }

    /// The value of a field that has one of a few words.
    mutating func word<Value>(of table: WordTable<Value>, for field: String) throws(LineProblem) -> Value {
        guard let place = word(of: table) else { throw problem("\"\(field)\" is to be one of \(table.list)") }
        return table.value(place)
    }

    mutating func string(for field: String) throws(LineProblem) -> JSONText {
        skipSpace()
        guard position.pointee == UInt8(ascii: "\"") else { throw problem("\"\(field)\" is to be a string") }
        position += 1
        let (first, firstByte) = (position, byte)
        var hasEscapes = false
        while position.pointee != UInt8(ascii: "\"") {
            if position.pointee == UInt8(ascii: "\\") {
                hasEscapes = true
                position += 1
            }
            guard position.pointee >= 0x20 else {
                throw problem("a string has no end, or a control character in it that is to be written as \\u")
            }
            position += 1
        }
        let bytes = UnsafeBufferPointer(start: first, count: position - first)
        position += 1
        return JSONText(bytes: bytes, hasEscapes: hasEscapes, byte: firstByte)
    }

    mutating func boolean(for field: String) throws(LineProblem) -> Bool {
        skipSpace()
        if take("true") { return true }
        if take("false") { return false }
        throw problem("\"\(field)\" is to be true or false")
    }

    /// Compares from the left, so that nothing beyond the newline is looked at.
    private mutating func take(_ word: StaticString) -> Bool {
        for place in 0..<word.utf8CodeUnitCount where position[place] != word.utf8Start[place] { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    /// A whole number within bounds, which have 18 digits at most.
    mutating func integer(_ bounds: ClosedRange<Int>, for field: String) throws(LineProblem) -> Int {
        skipSpace()
        let isNegative = position.pointee == UInt8(ascii: "-")
        let first = isNegative ? position + 1 : position
        var value = 0
        var next = first
        while case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 {
            value = value &* 10 &+ Int(digit)
            next += 1
        }
        try check(first, next, for: field)
        if isNegative { value = 0 &- value }
        guard next - first <= 18, bounds.contains(value) else { throw problem(outOfBounds(field, bounds)) }
        position = next
        return value
    }

    /// A whole number of 64 bits without a sign.
    mutating func unsigned(for field: String) throws(LineProblem) -> UInt64 {
        skipSpace()
        var next = position
        while case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 { next += 1 }
        try check(position, next, for: field)
        let digits = String(decoding: UnsafeBufferPointer(start: position, count: next - position), as: UTF8.self)
        guard let value = UInt64(digits) else {
            throw problem("\"\(field)\" is out of range: expected 0 to \(UInt64.max)")
        }
        position = next
        return value
    }

    /// Whether the digits between two places are all of a whole number as JSON writes it.
    private func check(
        _ first: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        for field: String
    ) throws(LineProblem) {
        guard first < end else { throw problem("\"\(field)\" is to be a whole number") }
        switch end.pointee {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            throw problem("\"\(field)\" is to be a whole number, without a fraction or an exponent")
        default: break
        }
        guard first.pointee != UInt8(ascii: "0") || end - first == 1 else {
            throw problem("\"\(field)\" begins with a zero, which JSON does not allow")
        }
    }
}
