import CHiredis

@testable import Hiredis

/// What a server sends, in whatever pieces it comes, becomes the same replies, and the ones that hiredis itself builds.
///
/// The first byte says how the rest is cut into pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func replies(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let seed = input.byte()
    let stream = Array(input.rest)
    let whole = Reading(stream, inPiecesOf: { stream.count })
    var state = UInt32(seed) | 1
    let cut = Reading(stream) {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Int(state >> 24) % 19 + 1
    }
    require(whole == cut, "the pieces matter: \(whole.replies) \(cut.replies)")
    for reply in whole.replies { _ = reply.string }
    if Reading.isSmall(stream) { require(whole == Reading(asHiredisDoes: stream), "hiredis reads it differently") }
    return 0
}

/// What was read of a stream.
private struct Reading: Equatable {
    private(set) var replies: [Reply] = []
    /// Whether it ended with something that is not the protocol.
    private(set) var isBroken = false

    /// Reads as a connection does.
    init(_ stream: [UInt8], inPiecesOf size: () -> Int) {
        let reader = made(redisReaderCreate())
        let builder = ReplyBuilder()
        builder.serve(reader)
        defer { redisReaderFree(reader) }
        var rest = stream[...]
        while !rest.isEmpty, !isBroken {
            let piece = Array(rest.prefix(size()))
            rest = rest.dropFirst(piece.count)
            feed(reader, piece) { _ in builder.take() }
        }
    }

    /// Reads with hiredis' own objects.
    init(asHiredisDoes stream: [UInt8]) {
        let reader = made(redisReaderCreate())
        defer { redisReaderFree(reader) }
        feed(reader, stream) { object in
            let reply = object.assumingMemoryBound(to: redisReply.self)
            defer { freeReplyObject(reply) }
            return Reply(of: reply.pointee)
        }
    }

    /// Whether no array announces more than hiredis can make room for.
    static func isSmall(_ stream: [UInt8]) -> Bool {
        var digits = 0
        for byte in stream {
            digits = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? digits + 1 : 0
            if digits > 3 { return false }
        }
        return true
    }

    private mutating func feed(
        _ reader: UnsafeMutablePointer<redisReader>,
        _ piece: [UInt8],
        take: (UnsafeMutableRawPointer) -> Reply
    ) {
        piece.withUnsafeBytes { bytes in
            _ = redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        var object: UnsafeMutableRawPointer?
        while !isBroken {
            isBroken = redisReaderGetReply(reader, &object) != REDIS_OK
            guard let found = object, !isBroken else { return }
            replies.append(take(found))
        }
    }
}

extension Reply {
    fileprivate init(of object: redisReply) {
        let bytes = Array(UnsafeRawBufferPointer(start: object.str, count: object.str == nil ? 0 : Int(object.len)))
        switch object.type {
        case REDIS_REPLY_INTEGER: self = .integer(Int(object.integer))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(ServerError(message: String(decoding: bytes, as: UTF8.self)))
        case REDIS_REPLY_STRING: self = .text(bytes)
        case REDIS_REPLY_ARRAY:
            let elements = (0..<Int(object.elements)).map { Reply(of: made(object.element[$0]).pointee) }
            let integers = elements.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
            self = integers.count == elements.count ? .integers(integers) : .array(elements)
        default: self = .null
        }
    }
}
