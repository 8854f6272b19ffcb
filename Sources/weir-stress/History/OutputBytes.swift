/// Bytes on their way into a file, in memory that is used again and again.
///
/// Room is made with ``reserve(_:)`` before anything is appended.
struct OutputBytes: ~Copyable {
    private(set) var count = 0
    private var memory: UnsafeMutableRawBufferPointer

    init(capacity: Int) { memory = .allocate(byteCount: capacity, alignment: 8) }

    deinit { memory.deallocate() }

    /// What was appended since the last removal; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    /// The room behind it.
    var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: memory[count...]) }

    mutating func removeAll() { count = 0 }

    /// Makes room for so many bytes more.
    mutating func reserve(_ additional: Int) {
        guard memory.count - count < additional else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(memory.count * 2, count + additional),
            alignment: 8
        )
        larger.copyMemory(from: bytes)
        memory.deallocate()
        memory = larger
    }

    /// So many bytes were written into the room.
    mutating func advance(by written: Int) {
        precondition(written <= memory.count - count, "more was written than there was room for")
        count += written
    }

    mutating func append(_ byte: UInt8) {
        precondition(count < memory.count, "room is to be reserved first")
        memory[count] = byte
        count += 1
    }

    mutating func append(_ source: UnsafeRawBufferPointer) {
        precondition(source.count <= memory.count - count, "room is to be reserved first")
        room.copyMemory(from: source)
        count += source.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A whole number in decimal; 20 bytes at most.
    mutating func append(_ number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(number.magnitude)
    }

    /// A whole number in decimal; 20 bytes at most.
    mutating func append(_ number: UInt) {
        var (rest, length) = (number, 1)
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        precondition(length <= memory.count - count, "room is to be reserved first")
        rest = number
        for place in stride(from: count + length - 1, through: count, by: -1) {
            memory[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += length
    }

    /// A string of JSON with its quotes; six bytes at most for each of its own, and two.
    mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20:
                append("\\u00")
                append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
