internal import Hiredis

/// Numbers from zero on, as `lua/acquire.lua` reads them: a zero byte and then one for each, as long as they fit.
///
/// As soon as one of them is above 255, all are a flat JSON array, of which Redis takes fifteen times as long to read each.
struct NumberList {
    private var bytes: [UInt8] = [0]
    /// All of them, if one does not fit a byte.
    private var text: IntegerList?

    init(capacity: Int) { bytes.reserveCapacity(1 + capacity) }

    mutating func append(_ number: Int) {
        if text == nil {
            if let byte = UInt8(exactly: number) {
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
