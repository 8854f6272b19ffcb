/// The place in a stream of replies at which bytes are added that Redis did not send.
///
/// They are such that a client notices, or is told nothing that is false. Where the protocol has a type, a length or an
/// integer, and Weir's scripts answer nothing else, they break it. After a text with them in it, as many bytes as were
/// added stand where the next reply should begin. In the line of an error or a status they are more text, and what
/// follows is read as it was sent.
///
/// Hence not a digit, which would make another number of a number, and nobody could notice. And never between the two
/// bytes that end a line: the line would swallow the one after it, and all later answers be taken for those of other
/// questions.
///
/// Requests are left alone: with other bytes in an argument it may still be a request, for another key or another cost.
struct GarbagePoint {
    static let bytes: [UInt8] = [0x00, 0xFF, UInt8(ascii: "!"), 0x00]

    private static let carriageReturn = UInt8(ascii: "\r")

    private var bytesBefore: Int
    private var isWithinLineEnd: Bool

    /// - Parameters:
    ///   - bytesBefore: how many more bytes pass unharmed.
    ///   - last: the last byte that has passed so far.
    init(after bytesBefore: Int, last: UInt8?) {
        self.bytesBefore = bytesBefore
        isWithinLineEnd = last == Self.carriageReturn
    }

    /// Where in the bytes that come next the place is, or nil if it is behind them.
    mutating func offset(in bytes: some RandomAccessCollection<UInt8>) -> Int? {
        if let last = bytes.prefix(bytesBefore).last { isWithinLineEnd = last == Self.carriageReturn }
        if bytesBefore < bytes.count { return isWithinLineEnd ? bytesBefore + 1 : bytesBefore }
        bytesBefore -= bytes.count
        return nil
    }
}
