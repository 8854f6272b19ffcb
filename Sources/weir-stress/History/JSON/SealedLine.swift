/// How a line of a sealed history ends: `,"sum":"0123456789abcdef"}`.
enum SealedLine {
    private static var before: StaticString { ",\"sum\":\"" }
    private static var after: StaticString { "\"}" }
    static var length: Int { before.utf8CodeUnitCount + 16 + after.utf8CodeUnitCount }

    /// The bytes before the end, and the sum that it tells; nil if the line ends otherwise.
    static func parts(of line: UnsafeBufferPointer<UInt8>) -> (bytes: UnsafeRawBufferPointer, sum: UInt64)? {
        guard line.count >= length else { return nil }
        var rest = line.suffix(length)
        guard isPrefix(before, of: rest) else { return nil }
        rest = rest.dropFirst(before.utf8CodeUnitCount)
        var sum: UInt64 = 0
        for digit in rest.prefix(16) {
            // One way to write a sum alone: a large letter would be a change that the sum does not show.
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): sum = sum << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): sum = sum << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        guard isPrefix(after, of: rest.dropFirst(16)) else { return nil }
        return (UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: line.dropLast(length))), sum)
    }

    /// Adds the end with its sum, and then a newline, to a line that ends with the last field before.
    static func append(_ sum: UInt64, to bytes: inout OutputBytes) {
        bytes.append(before)
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(sum >> UInt64(shift) & 15)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        bytes.append(after)
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func isPrefix(_ text: StaticString, of bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        bytes.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
