/// The bytes of one try, taken from the front; where there are none left, zeros.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Bytes whose count comes first.
    mutating func counted() -> ArraySlice<UInt8> { bytes(Int(byte())) }

    /// An integer: most are small, for those are the ones that mean something.
    mutating func integer() -> Int {
        let kind = byte()
        switch kind {
        case 255: return bytes(8).reduce(0) { $0 << 8 | Int($1) }
        case 254: return bytes(4).reduce(0) { $0 << 8 | Int($1) }
        case 253: return .max - Int(byte())
        case 252: return .min + Int(byte())
        default: return Int(kind) - 8
        }
    }

    /// All that is left, with what is not UTF-8 replaced.
    mutating func text() -> String {
        defer { rest = [] }
        return String(decoding: rest, as: UTF8.self)
    }
}

/// Ends the process, and so the run, with what is wrong.
func require(_ isTrue: Bool, _ what: @autoclosure () -> String) {
    if !isTrue { fatalError(what()) }
}

/// What there is always; without it nothing can be tried.
func made<Value>(_ value: Value?) -> Value {
    guard let value else { fatalError("there is no \(Value.self)") }
    return value
}
