internal import CHiredis

extension Reply {
    /// Copies a reply of hiredis, which stays the caller's to free.
    init(copying reply: UnsafePointer<redisReply>) {
        switch reply.pointee.type {
        case REDIS_REPLY_INTEGER: self = .integer(Int(reply.pointee.integer))
        case REDIS_REPLY_STRING: self = .text(Array(Self.text(of: reply)))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: Self.text(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR:
            self = .error(ServerError(message: String(decoding: Self.text(of: reply), as: UTF8.self)))
        case REDIS_REPLY_ARRAY: self = Self.array(reply)
        default: self = .null
        }
    }

    private static func text(of reply: UnsafePointer<redisReply>) -> UnsafeRawBufferPointer {
        var length = 0
        let start = weir_reply_text(reply, &length)
        return UnsafeRawBufferPointer(start: start, count: length)
    }

    private static func array(_ reply: UnsafePointer<redisReply>) -> Reply {
        let count = reply.pointee.elements
        var integers: [Int] = []
        integers.reserveCapacity(count)
        for index in 0..<count {
            guard let element = weir_reply_element(reply, index) else { continue }
            guard element.pointee.type == REDIS_REPLY_INTEGER else {
                return .array((0..<count).map { weir_reply_element(reply, $0).map(Reply.init(copying:)) ?? .null })
            }
            integers.append(Int(element.pointee.integer))
        }
        return .integers(integers)
    }
}
