internal import CHiredis

/// Builds replies while hiredis reads them, without an object of the C library for each part.
///
/// An answer to a batch has hundreds of integers, and hiredis would allocate each.
final class ReplyBuilder {
    private typealias Task = UnsafePointer<redisReadTask>

    // hiredis keeps pointers to both, so they stay in one place.
    private let reply: UnsafeMutablePointer<PartialReply>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>

    init() {
        reply = .allocate(capacity: 1)
        reply.initialize(to: PartialReply())
        functions = .allocate(capacity: 1)
        functions.initialize(to: redisReplyObjectFunctions())
        functions.pointee.createArray = { task, count in ReplyBuilder.change(task) { $0.begin(Int(count)) } }
        functions.pointee.createInteger = { task, integer in ReplyBuilder.change(task) { $0.add(Int(integer)) } }
        functions.pointee.createNil = { task in ReplyBuilder.change(task) { $0.add(.null) } }
        functions.pointee.createString = { task, start, length in
            let text = UnsafeRawBufferPointer(start: start, count: length)
            let type = task?.pointee.type ?? REDIS_REPLY_STRING
            return ReplyBuilder.change(task) { $0.add(Reply(text, type: type), length: length) }
        }
        // There are no objects to be freed.
        functions.pointee.freeObject = { _ in }
    }

    deinit {
        reply.deinitialize(count: 1)
        reply.deallocate()
        functions.deallocate()
    }

    /// Has a reader build its replies here; the builder has to outlive it.
    func serve(_ reader: UnsafeMutablePointer<redisReader>) {
        reader.pointee.fn = functions
        reader.pointee.privdata = UnsafeMutableRawPointer(reply)
    }

    /// The reply that hiredis has read to its end.
    func take() -> Reply { reply.pointee.take() }

    /// Changes the reply that `serve` has told the reader of.
    ///
    /// What is returned stands for an object: hiredis only looks whether there is one, and gives up if there is none.
    private static func change(_ task: Task?, _ body: (inout PartialReply) -> Bool) -> UnsafeMutableRawPointer? {
        guard let place = task?.pointee.privdata else { return nil }
        return body(&place.assumingMemoryBound(to: PartialReply.self).pointee) ? place : nil
    }
}

extension Reply {
    fileprivate init(_ text: UnsafeRawBufferPointer, type: Int32) {
        switch type {
        case REDIS_REPLY_STATUS: self = .status(String(decoding: text, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(ServerError(message: String(decoding: text, as: UTF8.self)))
        default: self = .text(Array(text))
        }
    }
}
