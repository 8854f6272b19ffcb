internal import Hiredis

/// Numbers from zero on, as `lua/acquire.lua` reads them: a zero byte and then one for each, as long as they fit.
///
/// As soon as one of them is above 255, or they are too many, all are a flat JSON array, of which Redis takes seventeen
/// times as long to read each.
struct NumberList {
    /// Lua takes apart no more than some 8,000 bytes at once.
    private static let mostBytes = 7000

    private var bytes: [UInt8] = [0]
    /// All of them, if one does not fit a byte.
    private var text: IntegerList?

    init(capacity: Int) { bytes.reserveCapacity(1 + capacity) }

    mutating func append(_ number: Int) {
        if text == nil {
            if let byte = UInt8(exactly: number), bytes.count <= Self.mostBytes {
                bytes.append(byte)
                return
            }
            text = IntegerList()
            for byte in bytes.dropFirst() { text?.append(Int(byte)) }
        }
        text?.append(number)
    }

    /// As an argument of the script.
    var argument: [UInt8] { text?.text() ?? bytes }
}
